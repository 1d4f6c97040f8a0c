"""The expected figures of the real delivery: rates, comparisons, reliability, and the sensitivity table."""

from collections import Counter
from typing import Any

import pytest

TIERS = ("Gold", "Silver", "Bronze")
OBSERVATION_END = "2023-07-21T02:05:00Z"
# Lens, cohort -> users, rebooked and Wilson interval (where the contract gives it) by group.
REBOOKING = {
    ("sessions", "all"): {
        "Gold": (42, 26, 61.90, 46.8, 75.0),
        "Silver": (57, 22, 38.60, 27.1, 51.6),
        "Bronze": (33, 0, 0.00, 0.0, 10.4),
        "standard_tier": (90, 22, 24.44, 16.7, 34.2),
    },
    ("sessions", "mature"): {"Gold": (39, 24), "Silver": (54, 21), "Bronze": (29, 0)},
    ("bookings", "all"): {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)},
    ("intent", "all"): {"Gold": (42, 26), "Silver": (57, 25), "Bronze": (33, 0)},
}
# By groups, of all users: each figure with the digits the contract gives, intervals with two decimals.
COMPARISONS: dict[tuple[str, str], dict[str, float | None]] = {
    ("top_tier", "standard_tier"): {
        **{"difference_pp": 37.5, "difference_ci_low_pp": 19.46, "difference_ci_high_pp": 52.66},
        **{"risk_ratio": 2.53, "risk_ratio_ci_low": 1.64, "risk_ratio_ci_high": 3.91},
        **{"e_value": 4.5, "e_value_limit": 2.67, "fisher_p": 7.4e-5, "mentor_permutation_p": 0.0067},
    },
    ("Gold", "Silver"): {
        **{"difference_pp": 23.3, "difference_ci_low_pp": 3.41, "difference_ci_high_pp": 40.76},
        **{"risk_ratio_ci_low": 1.07, "risk_ratio_ci_high": 2.40},
        **{"e_value": 2.59, "e_value_limit": 1.35, "fisher_p": 0.026, "mentor_permutation_p": 0.0076},
    },
    ("Silver", "Bronze"): {
        **{"difference_pp": 38.6, "difference_ci_low_pp": 23.05, "difference_ci_high_pp": 51.57},
        **{"risk_ratio": None, "risk_ratio_ci_low": None, "risk_ratio_ci_high": None},
        **{"e_value": None, "e_value_limit": None, "fisher_p": 7.4e-6, "mentor_permutation_p": 0.0083},
    },
}
RELIABILITY = {
    "Gold": (99, 91, 7, 1, 91, 0, 0, 5, 91, 6, 36),
    "Silver": (90, 79, 11, 0, 79, 0, 0, 5, 79, 4, 30),
    "Bronze": (36, 33, 3, 0, 33, 0, 0, 0, 33, 3, 34),
}
RELIABILITY_KEYS = (
    "requests",
    "confirmed",
    "cancelled",
    "pending",
    "attended",
    "no_show",
    "upcoming",
    "rerequested_after_cancel",
    "sessions",
    "missing_end",
    "median_minutes_to_confirm",
)
CHECKS = {
    "double_bookings": 7,
    "orphan_users": ["9999"],
    "users_without_session": 9,
    "dormant_users": 10,
    "anomalies": {},
}
LIMITS = {
    "earliest_start_minute": 5,
    "latest_start_minute": 199,
    "shortest_minutes": 30.0,
    "longest_minutes": 30.0,
    "double_bookings_on_assumed_end": 1,
    "latest_return_days": 13.06,
    "users_not_yet_back": 0,
    "users_never_met": 9,
    "never_met_confirmed": 0,
}
# Rebooked and n by tier.
SENSITIVITY = {
    "window_14d": ((26, 42), (22, 57), (0, 33)),
    "window_60d": ((26, 42), (22, 57), (0, 33)),
    "window_90d": ((26, 42), (22, 57), (0, 33)),
    "recorded_ends_only": ((24, 40), (19, 56), (0, 30)),
    "active_users_only": ((23, 37), (21, 52), (0, 30)),
    "first_request_not_cancelled": ((24, 40), (22, 52), (0, 33)),
    "per_session": ((49, 91), (22, 79), (0, 33)),
    "third_session": ((17, 42), (0, 57), (0, 33)),
    "from_first_request": ((26, 45), (22, 60), (0, 36)),
}
MEAN_OF_MENTORS = (61.5, 35.7, 0.0)
TESTS = {
    **{"logrank_tiers_p": 2.6e-7, "logrank_gold_silver_p": 0.014},
    **{"mantel_haenszel_or": 4.85, "mantel_haenszel_p": 4.7e-5},
    **{"mantel_haenszel_company_or": 4.07, "mantel_haenszel_company_p": 0.0011},
}
# Percent by Kaplan and Meier when the window has passed.
RETURNED = dict(zip(TIERS, (61.9, 38.6, 0.0), strict=True))
# Users at risk by their chance to return, in percent.
AT_RISK = {61.9: 3, 38.6: 1, 0.0: 10}
# Rows in the file, loaded, duplicate, rejected.
FILES = {"users": (155, 150, 5, 0), "mentors": (15, 15, 0, 0), "events": (842, 842, 0, 0)}
# Churned users and all users by category of the first session.
CHURNED = {"top_tier": (5, 42), "standard_tier": (8, 90)}


def assert_figures(results: dict[str, Any]) -> None:
    """Raise AssertionError where `tier_report.json` differs from the contract in any figure."""
    assert results["observation_end"] == OBSERVATION_END
    assert results["checks"] == CHECKS
    assert results["limits"] == LIMITS
    tests = results["tests"]
    assert {name: _rounded_as(figure, tests[name]) for name, figure in TESTS.items()} == TESTS
    assert results["same_mentor_returns"] == {"returned": 48, "same_mentor": 48}
    _assert_files(results["files"])
    _assert_returns(results)
    _assert_rebooking(results["rebooking"])
    _assert_comparisons(results["comparisons"])
    reliability = {row["tier"]: tuple(row[key] for key in RELIABILITY_KEYS) for row in results["reliability"]}
    assert reliability == RELIABILITY
    _assert_sensitivity(results["sensitivity"])
    for category, (churned, users) in CHURNED.items():
        rows = [row for row in results["account_status"] if row["tier_category"] == category]
        assert sum(row["users"] for row in rows) == users
        assert [row["users"] for row in rows if row["account_status"] == "churned"] == [churned]


def _assert_returns(results: dict[str, Any]) -> None:
    curve = {(row["tier"], row["days"]): row["returned_pct"] for row in results["time_to_return"]}
    assert len(results["time_to_return"]) == len(curve) == len(TIERS) * 31
    assert {tier: curve[tier, 30] for tier in TIERS} == RETURNED
    # The latest return is on day 14.
    assert {tier: curve[tier, 14] for tier in TIERS} == RETURNED
    assert Counter(row["return_pct"] for row in results["users_at_risk"]) == AT_RISK


def _assert_files(rows: list[dict[str, Any]]) -> None:
    counts = {
        file["source"]: tuple(file[f"rows_{what}"] for what in ("in_file", "loaded", "duplicate", "rejected"))
        for file in rows
    }
    assert counts == FILES


def _assert_rebooking(rows: list[dict[str, Any]]) -> None:
    for (lens, cohort), groups in REBOOKING.items():
        found = {row["tier"]: row for row in rows if (row["lens"], row["cohort"]) == (lens, cohort)}
        for group, expected in groups.items():
            row = found[group]
            figures = (
                row["total_users_w_sessions"],
                row["rebooked_count"],
                row["rebooking_rate_pct"],
                row["ci_low_pct"],
                row["ci_high_pct"],
            )
            assert figures[: len(expected)] == expected, (lens, cohort, group)


def _assert_comparisons(rows: list[dict[str, Any]]) -> None:
    found = {(row["a"], row["b"]): row for row in rows if (row["lens"], row["cohort"]) == ("sessions", "all")}
    assert set(found) == set(COMPARISONS)
    for groups, row in found.items():
        assert_comparison(groups, row)
    (primary,) = (row for row in rows if row["is_primary"])
    assert [primary[key] for key in ("lens", "cohort", "a", "b", "a_rebooked", "a_users", "b_users")] == [
        *("sessions", "mature", "top_tier", "standard_tier", 24, 39, 83),
    ]
    assert [row["holm_p"] is None for row in rows] == [row["is_primary"] for row in rows]
    assert len(rows) == len(COMPARISONS) * 6
    assert not any(row["permutation_p_is_bound"] for row in rows)
    for row in rows:
        assert row["cluster_ci_low_pp"] < row["difference_pp"] < row["cluster_ci_high_pp"]


def assert_comparison(groups: tuple[str, str], figures: dict[str, float | None]) -> None:
    """Raise AssertionError where the comparison of two groups differs from the contract in any figure."""
    for name, figure in COMPARISONS[groups].items():
        assert _rounded_as(figure, figures[name]) == figure, (groups, name)


def _rounded_as(figure: float | None, value: float | None) -> float | None:
    """The value with as many digits as the contract gives: two of a p, else as many decimals."""
    if figure is None or value is None:
        return value
    if figure < 0.1:
        return float(f"{value:.2g}")
    return round(value, len(str(figure).partition(".")[2]))


def _assert_sensitivity(rows: list[dict[str, Any]]) -> None:
    found = {(row["reading"], row["tier"]): row for row in rows}
    assert len(found) == len(rows) == len(TIERS) * (len(SENSITIVITY) + 1)
    for reading, counts in SENSITIVITY.items():
        for tier, (rebooked, n) in zip(TIERS, counts, strict=True):
            row = found[reading, tier]
            assert (row["rebooked"], row["n"]) == (rebooked, n), (reading, tier)
            assert row["rate_pct"] == pytest.approx(100 * rebooked / n, abs=0.005)
    for tier, rate in zip(TIERS, MEAN_OF_MENTORS, strict=True):
        assert round(found["mean_of_mentors", tier]["rate_pct"], 1) == rate
