"""The answer follows the numbers: nothing is claimed that these figures do not show."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from include.mentoring.report.narrative import answer
from include.mentoring.report.narrative.answer import CLAIM, NO_CLAIM
from include.mentoring.report.results import Results
from include.mentoring.report.sections import sections
from tests.mentoring.report import published, published_rates

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
RATES = (
    "f the 42 users who began with a top-tier mentor, 26 (61.9 %, 95 % interval 46.8–75.0 %) had another"
    " session within 30 days, against 22 (24.4 %, 95 % interval 16.7–34.2 %) of the 90 who began with a"
    " standard-tier mentor"
)


def of_all(cohort: str | None = None, **columns: Any) -> list[published_rates.Row]:
    """Return the real comparisons with other figures, of one cohort or of both."""
    return [
        row | columns if cohort in (None, row["cohort"]) else row
        for row in published.rows(REAL)["rpt_comparisons"]
    ]


NOT_SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "chance among mentors": (
        {**REAL, "figures": {"permutation": 0.12}},
        f"{NO_CLAIM}: a gap of 37.5 points could be chance among the mentors: if"
        " tiers made no difference, one as large would turn up in about 12 of 100 reassignments of the tiers"
        " among the 15 mentors (p = 0.12).",
    ),
    "interval with 0": (
        {**REAL, "tables": {"rpt_comparisons": of_all(difference_ci_low_pp=0)}},
        f"{NO_CLAIM}: the 95 % interval of the difference, 0.0 to 52.5 points, includes 0.",
    ),
    "too few mentors": (
        {
            **REAL,
            "tables": {
                "rpt_comparisons": of_all(
                    mentors_a=2, mentors_b=2, smallest_permutation_p=1 / 3, mentor_permutation_p=1 / 3
                )
            },
        },
        f"{NO_CLAIM}: the test cannot tell a gap of 37.5 points from chance, with 2 against 2 mentors: the"
        " smallest p it can give is 0.33.",
    ),
    "not tested": (
        {**REAL, "tables": {"rpt_comparisons": of_all(mentor_permutation_p=None, holm_p=None)}},
        f"{NO_CLAIM}: whether a gap of 37.5 points could be chance cannot be tested over the mentors.",
    ),
    "not compared": (
        {**REAL, "tables": {"rpt_comparisons": []}},
        f"{NO_CLAIM}: in one of the two groups nobody's 30 days had passed by the end of the data.",
    ),
    "better only among the mature": (
        {**REAL, "tables": {"rpt_comparisons": of_all(cohort="all", a_rebooked=10)}},
        f"{NO_CLAIM}: the top-tier rate is 0.6 points lower than the standard-tier one.",
    ),
    "worse": (
        {"Gold": (40, 10), "Silver": (40, 30)},
        f"{NO_CLAIM}: the top-tier rate is 50.0 points lower than the standard-tier one.",
    ),
    "equal": (
        {"Gold": (30, 10), "Silver": (60, 20)},
        f"{NO_CLAIM}: the two rates are equal (top-tier and standard-tier).",
    ),
    "lower by less than is printed": (
        {"Gold": (1_000_000, 500_000), "Silver": (1_000_000, 500_001)},
        f"{NO_CLAIM}: the top-tier rate is 0.0001 points lower than the standard-tier one.",
    ),
    "too few of one": (
        {"Gold": (29, 29), "Bronze": (30, 0)},
        f"{NO_CLAIM}: there are only 29 top-tier users (fewer than 30), too few for a rate to say much.",
    ),
    "too few of both": (
        {"Gold": (1, 1), "Silver": (3, 1), "Bronze": (4, 0)},
        f"{NO_CLAIM}: there are only 1 top-tier and 7 standard-tier users (fewer than 30), too few for a rate"
        " to say much.",
    ),
    "too few and worse": (
        {"Gold": (5, 0), "Silver": (60, 30)},
        f"{NO_CLAIM}: the top-tier rate is 50.0 points lower than the standard-tier one; there are only 5"
        " top-tier users (fewer than 30), too few for a rate to say much.",
    ),
    "no top tier": (
        {"Silver": (60, 20), "Unknown": (5, 5)},
        f"{NO_CLAIM}: no user's first session was with a top-tier mentor to compare with.",
    ),
    "top tier only, and few": (
        {"Gold": (2, 2)},
        f"{NO_CLAIM}: no user's first session was with a standard-tier mentor to compare with and there are"
        " only 2 top-tier users (fewer than 30).",
    ),
    "unlisted mentors only": (
        {"Unknown": (50, 20)},
        f"{NO_CLAIM}: no user's first session was with a listed mentor (50 users began with a mentor who is"
        " not in the sheet), so there is no rate of a tier to report.",
    ),
    "no users": ({}, f"{NO_CLAIM}: no user has had a session yet, so there is no rate to report."),
}


def test_the_claim_is_made_where_all_holds(results: Callable[..., Results]) -> None:
    """A higher rate, a p over mentors below 0.05, enough users: the rates, the primary comparison, chance."""
    said = answer(results(**REAL))
    assert said.is_shown
    assert said.lead == [
        f"{CLAIM}: o{RATES}, a difference of 37.5 points (95 % interval 19.5 to 52.5) or 2.53 times the"
        " rate.",
        "The comparison that was chosen in advance is of the users whose 30 days had passed: 26 of 42 against"
        " 22 of 90, a difference of 37.5 points (95 % interval 19.5 to 52.5) or 2.53 times the rate, and with"
        " mentors as the unit from 21.5 to 53.5 points.",
        "If tiers made no difference, a gap this large would turn up about once in 150 reassignments of the"
        " tiers among the 15 mentors (p = 0.0067).",
    ]
    assert "not proof that the tier is its cause" in said.notes[0]


def test_a_bound_is_written_as_a_bound(results: Callable[..., Results]) -> None:
    """Where no draw was as large, the report says how many were made; a mentor left out is counted."""
    columns = {"mentor_permutation_p": 1 / 10_001, "permutation_p_is_bound": True, "mentors_in_both": 1}
    said = answer(results(**REAL, tables={"rpt_comparisons": of_all(**columns)}))
    assert said.lead[2] == (
        "If tiers made no difference, a gap this large would turn up in none of 10,000 random reassignments"
        " of the tiers among the 13 mentors (p < 0.0001), 1 mentor whose tier changed left out."
    )


def test_the_lead_claims_no_cause(results: Callable[..., Results]) -> None:
    """Users come back; that mentors bring them back is more than the figures say."""
    for tiers in (REAL, {"Gold": (40, 10), "Silver": (40, 30)}):
        assert not re.search("bring|because|cause", " ".join(answer(results(**tiers)).lead))


@pytest.mark.parametrize(("p", "is_shown"), [(0.0499, True), (0.05, False)])
def test_a_p_value_of_five_percent_is_not_enough(
    p: float, is_shown: bool, results: Callable[..., Results]
) -> None:
    """Just below 0.05 counts, 0.05 itself does not; Fisher's p decides nothing."""
    assert answer(results(**REAL, figures={"permutation": p, "fisher": 0.5})).is_shown is is_shown


@pytest.mark.parametrize(("users", "is_shown"), [(29, False), (30, True)])
def test_thirty_users_are_enough(users: int, is_shown: bool, results: Callable[..., Results]) -> None:
    """A group of 29 is too few, whatever the p values say."""
    assert answer(results(Gold=(users, users), Silver=(40, 1))).is_shown is is_shown


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_the_answer_says_why_it_is_not_shown(case: str, results: Callable[..., Results]) -> None:
    """Chance, chance among mentors, worse, equal, too few, one group, no users: each has its reason."""
    arguments, sentence = NOT_SHOWN[case]
    said = answer(results(**arguments))
    assert not said.is_shown
    assert said.lead[0] == sentence


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_no_sentence_claims_what_is_not_shown(case: str, results: Callable[..., Results]) -> None:
    """Neither the answer nor any section, caption or picture says that the top tier is better."""
    arguments, _ = NOT_SHOWN[case]
    document = results(**arguments)
    said = answer(document)
    texts = [*said.lead, *said.notes]
    for section in sections(document):
        texts += [*section.sentences, *section.items]
        texts += [text for picture in section.pictures for text in (picture.alt, picture.caption)]
    assert not any(text.startswith(CLAIM) for text in texts)
    for text in texts:
        denied = text.replace(NO_CLAIM, "")
        assert not re.search(r"bring\w* users back|outperform|better|more often|superior", denied, re.I)


def test_the_rates_are_said_where_nothing_is_shown(results: Callable[..., Results]) -> None:
    """Without a claim the answer still gives the figures."""
    assert answer(results(**REAL, figures={"permutation": 0.5})).lead[1] == f"O{RATES}."
    assert answer(results(Gold=(1, 1))).lead[1] == (
        "Of the 1 user who began with a top-tier mentor, 1 (100.0 %, 95 % interval 20.7–100.0 %) had another"
        " session within 30 days."
    )


def test_without_a_rebooking_of_the_others_there_is_no_ratio(results: Callable[..., Results]) -> None:
    """A ratio to a rate of zero is undefined."""
    first = answer(results(Gold=(40, 30), Bronze=(33, 0))).lead[0]
    assert first.endswith("a difference of 75.0 points (95 % interval 57.0 to 90.0).")


def test_tiers_next_to_each_other_are_exploratory(results: Callable[..., Results]) -> None:
    """Gold against Silver and Silver against Bronze, each with the p before and after the correction."""
    gold, silver = answer(results(**REAL)).notes[2:]
    assert gold == (
        "Exploratory: Gold against Silver: 26 of 42 against 22 of 57 came back, a difference of 23.3 points"
        " (95 % interval 5.3 to 38.3) or 1.60 times the rate; p 0.0067 over the mentors, 0.11 after Holm's"
        " correction: among so many comparisons, too weak to count."
    )
    assert silver.startswith("Silver against Bronze: 22 of 57 against 0 of 33 came back,")
    (gold, _) = answer(results(**REAL, figures={"permutation": 0.001})).notes[2:]
    assert gold.endswith("p 0.0010 over the mentors, 0.017 after Holm's correction.")
    (gold, _) = answer(results(**REAL, figures={"permutation": 0.05})).notes[1:]
    assert gold.endswith("p 0.050 over the mentors, 0.85 after Holm's correction: it could be chance.")
    untested = answer(results(**REAL, tables={"rpt_comparisons": of_all(mentor_permutation_p=None)}))
    assert untested.notes[-1].endswith("it cannot be tested over the mentors.")
    assert len(answer(results(Gold=(40, 30), Bronze=(40, 3))).notes) == 2


@pytest.mark.parametrize(
    ("prices", "is_said"),
    [
        ({"Gold": (200, 200), "Silver": (100, 100)}, True),
        ({"Gold": (200, 210), "Silver": (100, 100)}, False),
        ({"Gold": (100, 100), "Silver": (100, 100)}, False),
        ({"Gold": (200, 200)}, False),
    ],
)
def test_price_is_named_where_the_tier_gives_it(
    prices: dict[str, tuple[int, int]], is_said: bool, results: Callable[..., Results]
) -> None:
    """One price for each tier and no two alike: then, and only then, the two cannot be told apart."""
    rows = [{"tier": tier, "lowest_rate": low, "highest_rate": high} for tier, (low, high) in prices.items()]
    notes = answer(results(**REAL, tables={"rpt_prices": rows})).notes
    sentence = (
        "Every mentor of a tier has one hourly rate (Gold 200 and Silver 100): tier and price cannot be told"
        " apart."
    )
    assert (sentence in notes) is any("price" in note for note in notes) is is_said
