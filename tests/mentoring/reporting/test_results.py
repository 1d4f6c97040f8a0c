"""The results have the keys and the order of the contract."""

from collections.abc import Callable
from datetime import datetime

import pytest

from include.mentoring.errors import WarehouseInvalid
from include.mentoring.reporting.results import read, rebooking


def test_the_results_have_the_keys_of_the_contract(publish: Callable[..., None]) -> None:
    """Run, time, parameters and files as section 5 spells them; keys may be more, never fewer."""
    publish(Gold=(3, 2))
    results = read("manual__1")
    assert results["run_id"] == "manual__1"
    assert results["observation_end"] == "2031-05-01T02:05:00Z"
    assert results["parameters"] == {
        "rebooking_window_days": 30,
        "session_default_minutes": 45,
        "no_show_grace_days": 7,
    }
    (file,) = results["files"]
    assert file == {
        "source": "events",
        "file": "booking_events.json",
        "sha256": "ab" * 32,
        "rows_in_file": 12,
        "rows_loaded": 9,
        "rows_rejected": 1,
        "rows_duplicate": 2,
        "data_date": "2031-05-02",
    }
    assert results["rebooking"][0] == {
        "lens": "sessions",
        "cohort": "all",
        "tier": "Gold",
        "tier_category": "top_tier",
        "total_users_w_sessions": 3,
        "rebooked_count": 2,
        "rebooking_rate_pct": 66.67,
        "is_category_total": False,
    }


def test_rates_stand_highest_first(publish: Callable[..., None]) -> None:
    """Inside a lens and cohort tiers come before totals, equal rates in the order of the tiers."""
    publish(Bronze=(10, 9), Unknown=(10, 10), Silver=(10, 1), Gold=(10, 1))
    results = read("a run")
    keys = [(row["lens"], row["cohort"]) for row in results["rebooking"]]
    assert list(dict.fromkeys(keys)) == [
        (lens, cohort) for lens in ("sessions", "bookings", "intent") for cohort in ("all", "mature")
    ]
    assert [row["tier"] for row in rebooking(results, "sessions")] == ["Unknown", "Bronze", "Gold", "Silver"]
    assert [row["tier"] for row in rebooking(results, "intent", cohort="mature", totals=True)] == [
        "unknown",
        "standard_tier",
        "top_tier",
    ]


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (datetime(2031, 5, 1), "2031-05-01T00:00:00Z"),
        (datetime(2031, 5, 1, 2, 5, 0, 123456), "2031-05-01T02:05:00.123456Z"),
        (None, None),
    ],
)
def test_the_observation_end_is_utc(end: datetime, text: str, publish: Callable[..., None]) -> None:
    """Sub-seconds are kept; without an event there is no end."""
    publish(observation_end=end)
    assert read("a run")["observation_end"] == text


def test_without_a_published_database_there_is_no_report(publish: Callable[..., None]) -> None:
    """The message says what is missing and what to run."""
    with pytest.raises(WarehouseInvalid, match=r"mentoring\.duckdb is missing.*run `make run`"):
        read("a run")
