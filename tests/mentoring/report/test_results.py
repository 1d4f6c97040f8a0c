"""The results have the keys and the order of the contract."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from include.mentoring.report.results import Results, by_category, comparison, primary, read, rebooking
from include.pipeline.core.errors import WarehouseInvalid
from tests.mentoring.report import published
from tests.support import real_figures

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}
# The keys of tier_report.json, which its readers rely on.
CONTRACT = {
    "rebooking": [
        "lens",
        "cohort",
        "tier",
        "tier_category",
        "total_users_w_sessions",
        "rebooked_count",
        "rebooking_rate_pct",
        "ci_low_pct",
        "ci_high_pct",
    ],
    "comparisons": [
        "lens",
        "a",
        "b",
        "difference_pp",
        "risk_ratio",
        "fisher_p",
        "mentor_permutation_p",
        "cohort",
        "is_primary",
        "difference_ci_low_pp",
        "difference_ci_high_pp",
        "cluster_ci_low_pp",
        "cluster_ci_high_pp",
        "risk_ratio_ci_low",
        "risk_ratio_ci_high",
        "holm_p",
        "permutation_p_is_bound",
        "e_value",
        "e_value_limit",
        "detectable_pp",
        "detectable_mentors_pp",
    ],
    "mentor_dispersion": ["tier", "mentors", "users", "rebooked", "dispersion", "p", "p_is_bound"],
    "history": [
        "date",
        "tier",
        "tier_category",
        "users",
        "rebooked",
        "rate_pct",
        "ci_low_pct",
        "ci_high_pct",
    ],
    "reliability": ["tier", *real_figures.RELIABILITY_KEYS],
    "files": ["source", "file", "sha256", "rows_in_file", "rows_loaded", "rows_rejected", "rows_duplicate"],
    "sensitivity": ["reading", "tier", "n", "rebooked", "rate_pct"],
    "quality": ["finding", "detail", "findings", "examples"],
    "time_to_return": ["tier", "days", "returned_pct"],
    "users_at_risk": ["user_id", "mentor_id", "tier", "days_since", "return_pct"],
}


def test_the_results_have_the_keys_of_the_contract(results: Callable[..., Results]) -> None:
    """Every key as other programs spell it; keys may be added, never removed."""
    document = results(**REAL)
    for key, columns in CONTRACT.items():
        assert document[key], key
        assert all(set(columns) <= set(row) for row in document[key]), key
    assert {"run_id", "origin", "observation_end", "parameters", "checks", "gate"} <= set(document)
    assert {"reliability_total", "mentors", "prices", "monthly_cohorts", "account_status"} <= set(document)
    assert {"limits", "users"} <= set(document)
    assert {"logrank_tiers_p", "logrank_gold_silver_p", "trend_p", "mantel_haenszel_or"} | {
        f"mantel_haenszel_{what}" for what in ("p", "company_or", "company_p")
    } == set(document["tests"])
    assert document["same_mentor_returns"] == {"returned": 48, "same_mentor": 48}
    assert "is_total" not in document["reliability"][0]


def test_figures_are_those_of_the_tables(results: Callable[..., Results]) -> None:
    """Decimals become numbers, p values stay unrounded, nothing is counted again."""
    document = results(**REAL)
    assert document["run_id"] == "a run"
    assert {
        "rebooking_window_days": 30,
        "session_default_minutes": 45,
        "no_show_grace_days": 7,
        "few_users": 30,
    }.items() <= document["parameters"].items()
    assert document["files"] == [
        {
            "source": "events",
            "file": "booking_events.json",
            "sha256": "ab" * 32,
            "rows_in_file": 12,
            "rows_loaded": 9,
            "rows_rejected": 1,
            "rows_duplicate": 2,
            "data_date": "2031-05-02",
        }
    ]
    assert document["rebooking"][0] == {
        "lens": "sessions",
        "cohort": "all",
        "tier": "Gold",
        "tier_category": "top_tier",
        "total_users_w_sessions": 42,
        "rebooked_count": 26,
        "rebooking_rate_pct": 61.9,
        "ci_low_pct": 46.8,
        "ci_high_pct": 75.0,
        "is_category_total": False,
    }
    assert document["comparisons"][0] == {
        "lens": "sessions",
        "cohort": "all",
        "a": "top_tier",
        "b": "standard_tier",
        "is_primary": False,
        "difference_pp": 37.46,
        "difference_ci_low_pp": 19.46,
        "difference_ci_high_pp": 52.46,
        "cluster_ci_low_pp": 21.46,
        "cluster_ci_high_pp": 53.46,
        "risk_ratio": 2.53,
        "risk_ratio_ci_low": 1.69,
        "risk_ratio_ci_high": 3.8,
        "e_value": 4.5,
        "e_value_limit": 2.67,
        "fisher_p": 0.000074,
        "mentor_permutation_p": 20 / 3003,
        "permutation_p_is_bound": False,
        "smallest_permutation_p": 1 / 3003,
        "detectable_pp": 25.81,
        "detectable_mentors_pp": 38.04,
        "holm_p": 17 * 20 / 3003,
        "a_users": 42,
        "a_rebooked": 26,
        "b_users": 90,
        "b_rebooked": 22,
        "mentors_a": 5,
        "mentors_b": 10,
        "mentors_in_both": 0,
        "is_small": False,
    }
    assert document["checks"] == {
        "double_bookings": 7,
        "orphan_users": ["9999"],
        "users_without_session": 9,
        "dormant_users": 10,
        "anomalies": {"end_without_start": 1, "second_end": 2},
    }
    assert document["reliability_total"]["requests"] == 204
    assert document["monthly_cohorts"][0]["cohort_month"] == "2031-02-01"


def test_the_document_is_json(results: Callable[..., Results]) -> None:
    """NaN becomes null, because JSON has no NaN."""
    rows = published.rows(REAL)["rpt_comparisons"]
    document = results(**REAL, tables={"rpt_comparisons": [rows[0] | {"fisher_p": float("nan")}]})
    assert document["comparisons"][0]["fisher_p"] is None
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_rates_stand_highest_first(results: Callable[..., Results]) -> None:
    """Inside a lens and cohort tiers come before totals, equal rates in the order of the tiers."""
    document = results(Bronze=(10, 9), Unknown=(10, 10), Silver=(10, 1), Gold=(10, 1))
    keys = [(row["lens"], row["cohort"]) for row in document["rebooking"]]
    assert list(dict.fromkeys(keys)) == [
        (lens, cohort) for lens in ("sessions", "bookings", "intent") for cohort in ("all", "mature")
    ]
    assert [row["tier"] for row in rebooking(document, "sessions")] == [
        "Unknown",
        "Bronze",
        "Gold",
        "Silver",
    ]
    assert [row["tier"] for row in rebooking(document, "intent", cohort="mature", totals=True)] == [
        "unknown",
        "standard_tier",
        "top_tier",
    ]


def test_lists_stand_in_a_fixed_order(results: Callable[..., Results]) -> None:
    """Variants as the contract lists them, tiers from Gold down, whatever order the tables are in."""
    document = results(**REAL)
    assert [row["reading"] for row in document["sensitivity"]][::3] == [
        *real_figures.SENSITIVITY,
        "mean_of_mentors",
    ]
    assert [row["tier"] for row in document["sensitivity"]][:3] == ["Gold", "Silver", "Bronze"]
    assert [row["tier"] for row in document["reliability"]] == ["Gold", "Silver", "Bronze"]
    assert [row["tier"] for row in document["mentors"]][::5] == ["Gold", "Silver", "Bronze"]
    assert [row["tier_category"] for row in document["monthly_cohorts"]][:2] == ["top_tier", "standard_tier"]
    assert [row["tier"] for row in document["mentor_dispersion"]] == ["Gold", "Silver", "Bronze"]
    assert [(row["date"], row["tier"]) for row in document["history"]][:6] == [
        *(("2031-04-01", group) for group in ("Gold", "Silver", "Bronze", "top_tier", "standard_tier")),
        ("2031-05-01", "Gold"),
    ]
    assert [(row["lens"], row["cohort"], row["a"]) for row in document["comparisons"]][:7] == [
        *(("sessions", "all", group) for group in ("top_tier", "Gold", "Silver")),
        *(("sessions", "mature", group) for group in ("top_tier", "Gold", "Silver")),
        ("bookings", "all", "top_tier"),
    ]


def test_users_at_risk_come_by_their_chance(results: Callable[..., Results]) -> None:
    """The most likely first, of equals who was here last, then by id; an unknown chance comes last."""
    user = published.rows(REAL)["rpt_users_at_risk"][0]
    late, early = user["last_session_at"], user["last_session_at"] - timedelta(hours=1)
    rows = [
        user | {"user_id": user_id, "return_pct": chance, "last_session_at": last_session_at}
        for user_id, chance, last_session_at in (
            *(("e", None, late), ("d", 0.0, late), ("c", 40.0, early), ("b", 40.0, late), ("a", 40.0, late)),
        )
    ]
    found = results(**REAL, tables={"rpt_users_at_risk": rows})["users_at_risk"]
    assert [row["user_id"] for row in found] == [*"abcde"]
    assert [row["return_pct"] for row in found] == [40.0, 40.0, 40.0, 0.0, None]


def test_empty_tables_give_empty_lists(results: Callable[..., Results]) -> None:
    """A warehouse without sessions has results, too."""
    document = results(figures={"at_risk": 0}, tables={"rpt_quality": [], "rpt_files": []})
    assert {key for key, value in document.items() if value == []} >= {
        "files",
        "rebooking",
        "comparisons",
        "sensitivity",
        "reliability",
        "quality",
        "mentors",
        "mentor_dispersion",
        "history",
        "monthly_cohorts",
        "time_to_return",
        "users_at_risk",
        "account_status",
    }
    assert document["reliability_total"] == {}
    assert document["checks"]["anomalies"] == {}


def test_groups_are_found_by_name(results: Callable[..., Results]) -> None:
    """Category totals by category, a comparison by its groups, in the headline lens."""
    document = results(Gold=(4, 1), Silver=(5, 2))
    assert {name: row["rebooked_count"] for name, row in by_category(document).items()} == {
        "top_tier": 1,
        "standard_tier": 2,
    }
    found = comparison(document, "Gold", "Silver")
    assert found is not None and (found["lens"], found["cohort"]) == ("sessions", "all")
    of_mature = comparison(document, "Gold", "Silver", cohort="mature")
    assert of_mature is not None and of_mature["cohort"] == "mature"
    chosen = primary(document)
    assert chosen is not None and (chosen["lens"], chosen["cohort"], chosen["a"]) == (
        *("sessions", "mature", "top_tier"),
    )
    assert primary(document | {"comparisons": []}) is None
    assert comparison(document, "Gold", "Bronze") is None


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (datetime(2031, 5, 1), "2031-05-01T00:00:00Z"),
        (datetime(2031, 5, 1, 2, 5, 0, 123456), "2031-05-01T02:05:00.123456Z"),
        (None, None),
    ],
)
def test_the_observation_end_is_utc(end: datetime, text: str, results: Callable[..., Results]) -> None:
    """Sub-seconds are kept; without an event there is no end."""
    assert results(figures={"observation_end": end})["observation_end"] == text


def test_without_a_published_database_there_is_no_report(publish: Callable[..., None]) -> None:
    """The message says what is missing and what to run."""
    with pytest.raises(WarehouseInvalid, match=r"mentoring\.duckdb is missing.*run `make run`"):
        read("a run")
