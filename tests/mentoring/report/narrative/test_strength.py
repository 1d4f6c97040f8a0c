"""How much weight the comparison bears: a sentence for each figure, and none where it is not defined."""

from collections.abc import Callable
from typing import Any

import pytest

from include.mentoring.report.narrative import strength
from include.mentoring.report.results import Results
from tests.mentoring.report import published

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}


def without(table: str, **columns: Any) -> dict[str, Any]:
    """Return the table with other figures in every row."""
    return {"tables": {table: [row | columns for row in published.rows(REAL)[table]]}}


def test_every_figure_has_its_sentence(results: Callable[..., Results]) -> None:
    """Dispersion of the tiers that have one, the smallest difference, both strata, and the history."""
    assert strength(results(**REAL)) == [
        "Within a tier, mentors' rates differ no more than chance could explain: chi-squared divided by its"
        " degrees of freedom, about 1 by chance alone, is 0.46 for Gold (p 0.79) and 0.46 for Silver (p"
        " 0.79).",
        "The smallest difference that the 132 users of the primary comparison could detect with 80 % power is"
        " about 25.8 points, and at least 38.0 with mentors as the unit: a smaller one may exist and go"
        " unseen.",
        "To explain all of that difference, something unmeasured would have to go along with both tier and"
        " return by a risk ratio of at least 4.5 each, or 2.7 to reach the limit of the interval (E-values).",
        "The odds that a Gold user comes back, compared with the other tiers, are 5.02 times as high within"
        " the same month of the first session (p 0.000033) and 5.02 times as high within the same company (p"
        " 0.000033) (Mantel–Haenszel odds ratio, over users, exploratory).",
        "The trend of the rates across Bronze, Silver and Gold, in that order, has p < 0.000001"
        " (Cochran–Armitage, over users, exploratory).",
        "The table shows the rates as they stood at earlier dates, without p values: repeated looks at"
        " growing data find a difference sooner or later, even where there is none.",
    ]


def test_mentors_who_differ_are_named(results: Callable[..., Results]) -> None:
    """With what follows from it, and a p that is a bound as one."""
    rows = published.rows(REAL)["rpt_mentor_dispersion"]
    rows[0] |= {"dispersion": 5.25, "p": 1 / 10_001, "p_is_bound": True}
    (said, *_) = strength(results(**REAL, tables={"rpt_mentor_dispersion": rows}))
    assert said == (
        "Within Gold, mentors' rates differ more than chance would explain: chi-squared divided by its"
        " degrees of freedom, about 1 by chance alone, is 5.25 for Gold (p < 0.0001) and 0.46 for Silver (p"
        " 0.79). Users of the same mentor are alike there, so intervals over users are too narrow, by a"
        " factor of up to 2.29; those over mentors less so."
    )


@pytest.mark.parametrize(("p", "is_apart"), [(0.0499, True), (0.05, False)])
def test_mentors_differ_below_5_percent(p: float, is_apart: bool, results: Callable[..., Results]) -> None:
    """At 0.05 and above, chance could make it."""
    (said, *_) = strength(results(**REAL, **without("rpt_mentor_dispersion", p=p, dispersion=2)))
    assert ("differ more than chance" in said) is is_apart


@pytest.mark.parametrize(
    ("changed", "gone"),
    [
        (without("rpt_mentor_dispersion", p=None, dispersion=None), "mentors' rates differ"),
        (without("rpt_comparisons", detectable_pp=None), "The smallest difference"),
        (without("rpt_comparisons", detectable_mentors_pp=None), "with mentors as the unit"),
        (without("rpt_comparisons", smallest_permutation_p=0.05), "The smallest difference"),
        (without("rpt_comparisons", e_value=None), "something unmeasured"),
        (without("rpt_tests", trend_p=None), "The trend of the rates"),
        (without("rpt_tests", mantel_haenszel_or=None), "within the same month"),
        (without("rpt_tests", mantel_haenszel_company_p=None), "within the same company"),
        (without("rpt_tests", mantel_haenszel_or=None, mantel_haenszel_company_or=None), "The odds"),
        (without("rpt_rebooking_history", as_of_date="2031-05-01"), "The table"),
    ],
)
def test_what_is_not_defined_is_not_said(
    changed: dict[str, Any], gone: str, results: Callable[..., Results]
) -> None:
    """A null of one figure takes its own words away, and no others."""
    text = " ".join(strength(results(**REAL, **changed)))
    every = " ".join(strength(results(**REAL)))
    assert gone in every and gone not in text
    assert len(text) > len(every) / 3


@pytest.mark.parametrize(
    "tiers", [{"Unknown": (20, 8)}, {"Gold": (29, 20), "Silver": (60, 20)}], ids=["unlisted", "few"]
)
def test_of_few_users_only_the_history_is_told(
    tiers: dict[str, tuple[int, int]], results: Callable[..., Results]
) -> None:
    """And of users in no comparison; without users nothing is."""
    (history,) = strength(results(**tiers))
    assert history.startswith("The table")
    assert strength(results()) == []
