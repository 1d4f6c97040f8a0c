"""The sentences on sensitivity name each variant in which Gold is not first or the order breaks."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import sensitivity
from include.mentoring.report.results import Results
from tests.mentoring.report import published


def variant(name: str, **rates: float) -> list[dict]:
    """Return the rows of one variant."""
    return [
        {"reading": name, "tier": tier, "n": 10_000, "rebooked": round(100 * rate), "rate_pct": rate}
        for tier, rate in rates.items()
    ]


IN_ORDER = variant("window_14d", Gold=61.9, Silver=38.6, Bronze=0)
TIED = variant("third_session", Gold=40.48, Silver=0, Bronze=0)
NOT_FIRST = variant("per_session", Gold=30, Silver=30, Bronze=10)


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        pytest.param(
            IN_ORDER + variant("unheard_of", Gold=3, Silver=2, Bronze=1, Unknown=99),
            [
                "Under 2 of 2 other readings, Gold has the highest rate.",
                "Under 2 of 2 other readings, the order Gold above Silver above Bronze holds.",
            ],
            id="all hold",
        ),
        pytest.param(
            IN_ORDER + TIED + NOT_FIRST,
            [
                "Under 2 of 3 other readings, Gold has the highest rate; the exception is every session,"
                " followed by another within the window (Gold 30.0 %, Silver 30.0 %, Bronze 10.0 %).",
                "Under 1 of 3 other readings, the order Gold above Silver above Bronze holds; the exceptions"
                " are every session, followed by another within the window (Gold 30.0 %, Silver 30.0 %,"
                " Bronze 10.0 %) and a third session within the window (Gold 40.5 %, Silver 0.0 %, Bronze"
                " 0.0 %).",
            ],
            id="some do not",
        ),
        pytest.param(
            variant("window_14d", Gold=2, Silver=1) + variant("window_60d", Silver=1),
            [
                "Under 1 of 1 other reading, Gold has the highest rate.",
                "Without figures for Gold and another tier: a window of 60 days.",
            ],
            id="tiers missing",
        ),
        pytest.param(
            IN_ORDER
            + variant("window_60d", Gold=61.9, Silver=38.6, Bronze=0)
            + variant("third_session", Gold=61.9, Silver=38.6, Bronze=0)
            + variant("window_90d", Gold=61.9, Silver=38.6),
            [
                "These readings give the same counts as each other: windows of 14 and 60 days and a"
                " third session within the window.",
                "Under 2 of 2 other readings, Gold has the highest rate.",
                "Under 1 of 1 other reading, the order Gold above Silver above Bronze holds.",
            ],
            id="equal ones",
        ),
        pytest.param([], ["No other reading has figures."], id="none"),
    ],
)
def test_the_variants_are_counted(
    rows: list[dict], sentences: list[str], results: Callable[..., Results]
) -> None:
    """Equal is not highest, and a variant without the tiers to compare is not counted."""
    assert sensitivity(results(tables={"rpt_sensitivity": rows})) == sentences


def test_readings_that_count_as_the_answer_are_no_others(results: Callable[..., Results]) -> None:
    """Three windows that give the answer again confirm nothing; a mean of rates has no counts to be equal."""
    tiers = {"Gold": (100, 50), "Silver": (100, 20), "Bronze": (100, 10)}
    again = [
        {"reading": name, "tier": tier, "n": users, "rebooked": rebooked, "rate_pct": rebooked}
        for name in ("window_14d", "window_60d", "window_90d")
        for tier, (users, rebooked) in tiers.items()
    ]
    said = "These readings give the same counts as the answer: windows of 14, 60 and 90 days."
    lenses = "Lenses bookings and intent give the same counts as lens sessions."
    assert sensitivity(results(**tiers, tables={"rpt_sensitivity": again})) == [said, lenses]
    means = [row | {"reading": "mean_of_mentors", "n": 3, "rebooked": None} for row in again[:3]]
    assert sensitivity(results(**tiers, tables={"rpt_sensitivity": again + means})) == [
        said,
        "Under 1 of 1 other reading, Gold has the highest rate.",
        "Under 1 of 1 other reading, the order Gold above Silver above Bronze holds.",
        lenses,
    ]
    assert sensitivity(results(**tiers, tables={"rpt_sensitivity": again[:3]})) == [
        "This reading gives the same counts as the answer: a window of 14 days.",
        lenses,
    ]


def test_one_lens_that_counts_as_another_is_named(results: Callable[..., Results]) -> None:
    """In every cohort; a difference in one of them makes it a lens of its own."""
    tiers = {"Gold": (100, 50)}
    rows = published.rows(tiers)["rpt_rebooking"]
    changed = [
        row | {"rebooked_count": 51} if (row["lens"], row["cohort"]) == ("intent", "mature") else row
        for row in rows
    ]
    assert sensitivity(results(**tiers, tables={"rpt_rebooking": changed}))[-1] == (
        "Lens bookings gives the same counts as lens sessions."
    )
