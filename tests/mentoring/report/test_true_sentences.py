"""The report says nothing false of small, unlisted, equal and reversed worlds, nor of few mentors."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from include.mentoring.report.narrative import answer
from include.mentoring.report.narrative.answer import CLAIM, NO_CLAIM
from include.mentoring.report.results import LENSES, Results
from include.mentoring.report.sections import sections
from include.mentoring.statistics import detectable, dispersion, rates
from include.mentoring.statistics import mentors as mentor_statistics
from tests.mentoring.report import published_rates

PAIRS = (("top_tier", "standard_tier"), ("Gold", "Silver"), ("Silver", "Bronze"))
TIERS = ("Gold", "Silver", "Bronze")


@dataclass(frozen=True)
class World:
    """Users and rebooked ones of each mentor, by tier; why nothing is claimed; what is said and what not."""

    mentors: dict[str, list[tuple[int, int]]]
    reason: str
    said: list[str]
    unsaid: list[str]
    limits: dict[str, Any] = field(default_factory=dict)


# All starts in few hours and all lengths the same, and all returns early.
MADE_UP = {
    **{"earliest_start_minute": 0, "latest_start_minute": 239, "shortest_minutes": 30, "longest_minutes": 30},
    "latest_return_days": 3.0,
}
WORLDS = {
    "sixty events": World(
        {"Gold": [(3, 2), (3, 1)], "Silver": [(4, 1), (2, 0)], "Bronze": [(3, 0)]},
        "there are only 6 top-tier and 9 standard-tier users (fewer than 30)",
        [
            "None of the 3 users who began with Bronze came back: the true rate may be as high as 63.2 %",
        ],
        ["credible", "a longer window", "smallest difference", "mentors' rates differ", "The odds"],
        MADE_UP,
    ),
    "all mentors unknown": World(
        {"Unknown": [(20, 8), (30, 12)]},
        "no user's first session was with a listed mentor (50 users began with a mentor who is not in"
        " the sheet)",
        [
            "These readings give the same counts as the answer: windows of 14, 60 and 90 days.",
            "50 users began with a mentor who is not in the sheet and are in no comparison.",
        ],
        [*TIERS, "top-tier", "standard-tier", "smallest difference", "mentors' rates differ", "The odds"],
    ),
    "two and two mentors": World(
        {"Gold": [(40, 30), (40, 28)], "Silver": [(40, 10), (40, 8)]},
        "the test cannot tell a gap of 50.0 points from chance, with 2 against 2 mentors: the smallest p it"
        " can give is 0.33",
        [
            "with so few mentors the test cannot tell it from chance (p 0.33 over the mentors,",
            "Under 7 of 7 other readings, Gold has the highest",
        ],
        ["could be chance", "too weak", "Bronze", "with mentors as the unit", "smallest difference"],
    ),
    "equal tiers": World(
        {tier: [(12, 6)] * 5 for tier in TIERS},
        "the two rates are equal (top-tier and standard-tier)",
        [
            "Gold against Silver: 30 of 60 against 30 of 60 came back, a difference of 0.0 points (95 %"
            " interval −17.4 to 17.4) or 1.00 times the rate.",
            "Under 0 of 7 other readings, Gold has the highest rate.",
            "is 0.00 for Gold (p 1.00), 0.00 for Silver (p 1.00) and 0.00 for Bronze (p 1.00).",
            "compared with the other tiers, are 1.00 times as high within the same month of the first",
        ],
        ["times of day", "lower than", "too weak", "could be chance", "than chance would"],
    ),
    "reversed tiers": World(
        {"Gold": [(12, 1)] * 5, "Silver": [(12, 5)] * 5, "Bronze": [(12, 11)] * 5},
        "the top-tier rate is 58.3 points lower than the standard-tier one",
        [
            "Under 0 of 7 other readings, the order Gold above Silver above Bronze holds.",
            "compared with the other tiers, are 0.05 times as high within the same month of the first",
        ],
        ["could be chance", ": account status agrees"],
    ),
}
# Never true, whatever the data: a p of zero, a cause, and a number that is not one.
NEVER = (r"\bp (=|<)? ?0(\.0+)?(?![.\d])", r"bring\w* users back", r"\bnan\b|\bNone\b(?! of)|\binf\b")


@pytest.mark.parametrize("name", WORLDS)
def test_no_sentence_is_false_of_the_world(name: str, results: Callable[..., Results]) -> None:
    """Nothing is claimed, the reason is the world's own, and no other world's sentence appears."""
    world = WORLDS[name]
    document = results(
        **{tier: _total(counts) for tier, counts in world.mentors.items()},
        tables={
            "rpt_comparisons": _comparisons(world),
            "rpt_mentors": _mentors(world),
            "rpt_mentor_dispersion": [*map(_dispersion, *zip(*world.mentors.items(), strict=True))],
        },
        figures={"limits": world.limits},
    )
    found = answer(document)
    assert not found.is_shown
    assert found.lead[0].startswith(f"{NO_CLAIM}: {world.reason}")
    text = "\n".join(_texts(document))
    assert CLAIM not in text
    for sentence in world.said:
        assert sentence in text
    for pattern in (*NEVER, *map(re.escape, world.unsaid)):
        assert not re.search(pattern, text.replace(NO_CLAIM, "")), pattern


def _texts(document: Results) -> list[str]:
    """Every sentence of the report but its definitions, which speak of all tiers."""
    found = answer(document)
    texts = [*found.lead, *found.notes]
    for section in sections(document):
        texts += [*section.sentences, *section.items]
        texts += [text for picture in section.pictures for text in (picture.alt, picture.caption)]
    return texts


def _total(counts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(users for users, _ in counts), sum(rebooked for _, rebooked in counts)


def _mentors(world: World) -> list[published_rates.Row]:
    return [
        {
            **{"mentor_id": f"{tier}_{place}", "tier": tier},
            "tier_category": published_rates.CATEGORIES.get(tier, "unknown"),
            **{"requests": users, "cancelled": 0, "sessions": users, "users": users, "rebooked": rebooked},
            **published_rates.rate(users, rebooked),
        }
        for tier, counts in world.mentors.items()
        for place, (users, rebooked) in enumerate(counts)
    ]


def _comparisons(world: World) -> list[published_rates.Row]:
    """The comparisons with the p values and intervals of these mentors."""
    groups: dict[str, list[tuple[int, int]]] = dict(world.mentors)
    for tier, counts in world.mentors.items():
        category = published_rates.CATEGORIES.get(tier, "unknown")
        groups[category] = groups.get(category, []) + counts
    totals = {group: _total(counts) for group, counts in groups.items()}
    rows = []
    for lens in LENSES:
        for cohort in ("all", "mature"):
            for a, b in PAIRS:
                if a in groups and b in groups:
                    row = published_rates.comparison(lens, cohort, a, b, totals, None, None)
                    rows.append(row | _tested(groups[a], groups[b], is_primary=row["is_primary"]))
    return rows


def _kinds(mentors: list[tuple[int, int]]) -> list[list[int]]:
    """As the statistics take a group: rebooked, users, and how many mentors have just these."""
    users, rebooked = map(list, zip(*mentors, strict=True))
    return [rebooked, users, [1] * len(mentors)]


def _tested(a: list[tuple[int, int]], b: list[tuple[int, int]], *, is_primary: bool) -> published_rates.Row:
    (users_a, rebooked_a), (users_b, rebooked_b) = _total(a), _total(b)
    both = rebooked_a, users_a, rebooked_b, users_b
    by_mentor = _kinds(a) + _kinds(b)
    p = mentor_statistics.mentor_permutation_p(*by_mentor)
    return {
        "fisher_p": rates.fisher_p(*both),
        "mentor_permutation_p": p,
        "permutation_p_is_bound": bool(mentor_statistics.mentor_permutation_is_bound(*by_mentor)),
        "smallest_permutation_p": mentor_statistics.smallest_permutation_p(len(a), len(b)),
        "holm_p": None if is_primary else min(17 * p, 1.0),
        "difference_ci_low_pp": rates.newcombe_low_pp(*both),
        "difference_ci_high_pp": rates.newcombe_high_pp(*both),
        "mentors_a": len(a),
        "mentors_b": len(b),
        **_detectable(a, b),
    }


def _detectable(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> published_rates.Row:
    """As the model has it: no figure where so few mentors, or rates that cannot vary, show nothing."""
    (users_a, rebooked_a), (users_b, rebooked_b) = _total(a), _total(b)
    by_mentor = _kinds(a) + _kinds(b)
    can_show = mentor_statistics.smallest_permutation_p(len(a), len(b)) < 0.05
    vary = 0 < rebooked_a < users_a and 0 < rebooked_b < users_b and min(len(a), len(b)) > 1
    return {
        "detectable_pp": detectable.detectable_pp(users_a, rebooked_b, users_b) or None,
        "detectable_mentors_pp": (detectable.detectable_mentors_pp(*by_mentor) or None)
        if can_show and vary
        else None,
    }


def _dispersion(tier: str, mentors: list[tuple[int, int]]) -> published_rates.Row:
    users, rebooked = _total(mentors)
    found: dict[str, float | None] = {"dispersion": None, "p": None}
    if len(mentors) > 1 and 0 < rebooked < users:
        counts = [hits for _, hits in mentors], [own for own, _ in mentors]
        found = {"dispersion": dispersion.dispersion(*counts), "p": dispersion.dispersion_p(*counts)}
    return published_rates.dispersion(tier, users, rebooked) | found | {"mentors": len(mentors)}
