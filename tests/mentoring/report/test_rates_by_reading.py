"""The readings that a reader of the chart can choose."""

from collections.abc import Callable

from include.mentoring.report.rates_by_reading import rates_by_reading
from include.mentoring.report.results import Results

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}


def test_the_answer_comes_first_and_no_total_repeats_a_tier(results: Callable[..., Results]) -> None:
    """Gold is all of its category, so its total is left out; Silver and Bronze have one."""
    rates = rates_by_reading(results(**REAL))
    name, rows = next(iter(rates.items()))
    assert (name, [row["tier"] for row in rows]) == (
        "the answer",
        ["Gold", "Silver", "Bronze", "standard_tier"],
    )


def test_a_reading_has_the_interval_of_its_counts(results: Callable[..., Results]) -> None:
    """Wilson's, as the answer's; a mean of rates has no counts, and equal counts are the answer's."""
    document = results(**REAL)
    document["sensitivity"] = [
        {"reading": "third_session", "tier": "Gold", "n": 42, "rebooked": 26, "rate_pct": 61.9},
        {"reading": "third_session", "tier": "Silver", "n": 57, "rebooked": 21, "rate_pct": 36.84},
        {"reading": "mean_of_mentors", "tier": "Gold", "n": 5, "rebooked": None, "rate_pct": 60.0},
        *(
            {"reading": "window_60d", "tier": tier, "n": users, "rebooked": back, "rate_pct": 0.0}
            for tier, (users, back) in REAL.items()
        ),
    ]
    rates = rates_by_reading(document)
    others = [name for name in rates if not name.startswith(("the answer", "lens"))]
    assert others == ["a third session within the window"]
    gold, silver = rates["a third session within the window"]
    assert (round(gold["ci_low_pct"], 1), round(gold["ci_high_pct"], 1)) == (46.8, 75.0)
    assert silver["rebooked_count"] == 21
