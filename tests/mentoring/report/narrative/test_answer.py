"""The answer follows the numbers: nothing is claimed that these figures do not show."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from include.mentoring.report.narrative import answer
from include.mentoring.report.narrative.answer import CLAIM, NO_CLAIM
from include.mentoring.report.results import Results
from include.mentoring.report.sections import sections

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
RATES = (
    "f the 42 users who began with a top-tier mentor, 26 (61.9 %, 95 % interval 46.8–75.0 %) had another"
    " session within 30 days, against 22 (24.4 %, 95 % interval 16.7–34.2 %) of the 90 who began with a"
    " standard-tier mentor"
)
NOT_SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "significant by Fisher, not among mentors": (
        {**REAL, "figures": {"permutation": 0.12}},
        f"{NO_CLAIM}: a gap of 37.5 points could be chance among the mentors, a few of whom can make it: if"
        " tiers made no difference, one as large would turn up in about 12 of 100 reassignments of the tiers"
        " among the 15 mentors (permutation p 0.12).",
    ),
    "significant among mentors, not by Fisher": (
        {**REAL, "figures": {"fisher": 0.05}},
        f"{NO_CLAIM}: a gap of 37.5 points could be chance among the users: without any difference one as"
        " large would turn up about once in 20 shuffles of the users (Fisher p 0.050).",
    ),
    "chance by both": (
        {**REAL, "figures": {"fisher": 0.31, "permutation": 0.4}},
        f"{NO_CLAIM}: a gap of 37.5 points could be chance among the users: without any difference one as"
        " large would turn up in about 31 of 100 shuffles of the users (Fisher p 0.31); a gap of 37.5"
        " points could be chance among the mentors, a few of whom can make it: if tiers made no difference,"
        " one as large would turn up in about 40 of 100 reassignments of the tiers among the 15 mentors"
        " (permutation p 0.40).",
    ),
    "not tested": (
        {**REAL, "figures": {"permutation": None}},
        f"{NO_CLAIM}: whether a gap of 37.5 points could be chance cannot be tested.",
    ),
    "not compared": (
        {**REAL, "tables": {"rpt_comparisons": []}},
        f"{NO_CLAIM}: the comparison of the two groups is not available.",
    ),
    "worse": (
        {"Gold": (40, 10), "Silver": (40, 30)},
        f"{NO_CLAIM}: the top-tier rate is 50.0 points lower than the standard-tier one.",
    ),
    "equal": (
        {"Gold": (30, 10), "Silver": (60, 20)},
        f"{NO_CLAIM}: the two rates are equal (top-tier and standard-tier).",
    ),
    "equal as printed": (
        {"Gold": (1_000_000, 500_001), "Silver": (1_000_000, 500_000)},
        f"{NO_CLAIM}: the two rates are equal (top-tier and standard-tier).",
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
    """A higher rate, both p values below 0.05, enough users: two sentences with their uncertainty."""
    said = answer(results(**REAL))
    assert said.is_shown
    assert said.lead == [
        f"{CLAIM}: o{RATES}, a difference of 37.5 points or 2.53 times the rate.",
        "If tiers made no difference, a gap this large would turn up about once in 150 reassignments of the"
        " tiers among the 15 mentors (permutation p 0.0067), and about once in 14,000 shuffles of the users"
        " (Fisher p 0.000074).",
    ]
    assert "not proof that the tier is its cause" in said.notes[0]


@pytest.mark.parametrize(
    ("arguments", "is_shown"),
    [
        ({"figures": {"fisher": 0.0499, "permutation": 0.0499}}, True),
        ({"figures": {"fisher": 0.05, "permutation": 0.0499}}, False),
        ({"figures": {"fisher": 0.0499, "permutation": 0.05}}, False),
    ],
)
def test_a_p_value_of_five_percent_is_not_enough(
    arguments: dict, is_shown: bool, results: Callable[..., Results]
) -> None:
    """Just below 0.05 counts, 0.05 itself does not, in either test."""
    assert answer(results(**REAL, **arguments)).is_shown is is_shown


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
    assert answer(results(**REAL, figures={"fisher": 0.5})).lead[1] == f"O{RATES}."
    assert answer(results(Gold=(1, 1))).lead[1] == (
        "Of the 1 user who began with a top-tier mentor, 1 (100.0 %, 95 % interval 20.7–100.0 %) had another"
        " session within 30 days."
    )


def test_without_a_rebooking_of_the_others_there_is_no_ratio(results: Callable[..., Results]) -> None:
    """A ratio to a rate of zero is undefined."""
    (first, _) = answer(results(Gold=(40, 30), Bronze=(33, 0))).lead
    assert first.endswith("a difference of 75.0 points.")


def test_gold_and_silver_are_compared_by_themselves(results: Callable[..., Results]) -> None:
    """Bronze may make the gap of the categories; the note says what holds without it."""
    (note,) = answer(results(**REAL)).notes[1:]
    assert note.startswith(
        "Gold against Silver alone: 26 of 42 against 22 of 57 came back, a difference of 23.3 points or 1.60"
        " times the rate. If tiers made no difference, a gap this large would turn up about once in 150"
    )
    (note,) = answer(results(Gold=(40, 30), Silver=(40, 30), Bronze=(400, 3))).notes[1:]
    assert note == (
        "Gold against Silver alone: 30 of 40 against 30 of 40 came back. These figures alone do not show a"
        " difference in favour of Gold: the two rates are equal (Gold and Silver)."
    )
    assert len(answer(results(Gold=(40, 30), Bronze=(40, 3))).notes) == 1
