"""With whom users come back, and at which pace, follows the figures."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import none_came_back, returns
from include.mentoring.report.results import Results

NONE = {
    "logrank_tiers_p": None,
    "logrank_gold_silver_p": None,
    "trend_p": None,
    "mantel_haenszel_or": None,
    "returned": 0,
    "same_mentor": 0,
}


@pytest.mark.parametrize(
    ("returned", "same", "sentences"),
    [
        (48, 48, ["All 48 users who came back had their next session with the same mentor."]),
        (1, 1, ["The only user who came back had their next session with the same mentor."]),
        (48, 12, ["12 of 48 users who came back (25.0 %) had their next session with the same mentor."]),
        (0, 0, []),
    ],
)
def test_the_mentor_of_the_return_is_named(
    returned: int, same: int, sentences: list[str], results: Callable[..., Results]
) -> None:
    """All, some, or nobody to speak of."""
    assert (
        returns(results(tables={"rpt_tests": [NONE | {"returned": returned, "same_mentor": same}]}))
        == sentences
    )


@pytest.mark.parametrize(
    ("tiers", "pair", "said"),
    [
        (2.6e-7, 0.0141, ["all tiers p < 0.000001 and Gold against Silver p 0.014."]),
        (0.3, None, ["all tiers p 0.30."]),
        (None, None, []),
    ],
)
def test_tests_of_the_pace_are_called_exploratory(
    tiers: float | None, pair: float | None, said: list[str], results: Callable[..., Results]
) -> None:
    """Users are their unit, and the primary comparison is another one; without a test nothing is said."""
    row = NONE | {"logrank_tiers_p": tiers, "logrank_gold_silver_p": pair}
    assert returns(results(tables={"rpt_tests": [row]})) == [
        f"Log-rank tests of the pace of return (over users, exploratory): {found}" for found in said
    ]


@pytest.mark.parametrize(("latest", "is_early"), [(13.06, True), (15.0, True), (15.01, False), (45, False)])
def test_early_returns_make_longer_windows_one(
    latest: float, is_early: bool, results: Callable[..., Results]
) -> None:
    """In the first half of the window; later ones, or too few users to see them, say nothing of it."""
    early = "days after the first session, so a longer window would add nobody."
    limits = {"limits": {"latest_return_days": latest}}
    said = [sentence for sentence in returns(results(Gold=(42, 26), figures=limits)) if early in sentence]
    assert said == ([f"The latest return came {latest:.2f} {early}"] if is_early else [])
    assert not any(early in sentence for sentence in returns(results(Gold=(29, 26), figures=limits)))


def test_none_is_not_never(results: Callable[..., Results]) -> None:
    """0 of 33 has its upper limit, for each such tier; a tier with a return has no such sentence."""
    assert none_came_back(results(Gold=(42, 26), Bronze=(33, 0))) == [
        "None of the 33 users who began with Bronze came back: the true rate may be as high as 8.7 % (exact,"
        " one-sided 95 % limit)."
    ]
    assert none_came_back(results(Gold=(42, 26), Silver=(57, 22))) == []
    (unlisted,) = none_came_back(results(Unknown=(20, 0)))
    assert unlisted.startswith(
        "None of the 20 users who began with a mentor who is not in the sheet came back"
    )
    (only,) = none_came_back(results(Gold=(1, 0)))
    assert only.startswith("The only user who began with Gold did not come back: the true rate may be as")
