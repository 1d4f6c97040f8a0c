"""Rows of a published database, derived from a few numbers, as dbt's models would write them.

They are consistent where a reader would compare them (users of mentors, months and account statuses add up
to the users of their tier) and arbitrary elsewhere.
"""

from datetime import datetime, timedelta
from typing import Any

from include.mentoring.report.results import LENSES, VARIANTS

from .published_rates import (
    CATEGORIES,
    FEW_USERS,
    Row,
    Tiers,
    accounts,
    cohorts,
    comparison,
    dispersion,
    groups,
    history,
    mentors,
    odds,
    rate,
    rebooking,
)

OBSERVATION_END = datetime(2031, 5, 1, 2, 5)
LIMITS: dict[str, Any] = {
    "earliest_start_minute": 7 * 60,
    "latest_start_minute": 21 * 60 + 5,
    "shortest_minutes": 12.5,
    "longest_minutes": 61.0,
    "double_bookings_on_assumed_end": 0,
    "latest_return_days": 28.5,
    "users_not_yet_back": 0,
    "users_never_met": 0,
    "never_met_confirmed": 0,
}


def rows(
    tiers: Tiers,
    file_name: str = "booking_events.json",
    observation_end: datetime | None = OBSERVATION_END,
    fisher: float | None = 0.000074,
    permutation: float | None = 20 / 3003,
    churned: dict[str, int] | None = None,
    at_risk: int = 25,
    staleness: int | None = 1,
    limits: Row | None = None,
) -> dict[str, list[Row]]:
    """Return the rows of every table of `reports`.

    Args:
        tiers: tier = (users, rebooked).
        file_name: of the events' file.
        observation_end: UTC.
        fisher: p of every comparison.
        permutation: p over mentors of every comparison.
        churned: users with a churned account, by category.
        at_risk: number of users at risk.
        staleness: days from the observation end to the end of the latest data date.
        limits: figures of `rpt_limits` that differ from those of sound times and late returns.
    """
    return {
        "rpt_parameters": [
            {
                "observation_end": observation_end,
                "latest_data_date": "2031-05-02",
                "staleness_days": staleness,
                "rebooking_window_days": 30,
                "session_default_minutes": 45,
                "no_show_grace_days": 7,
                "few_users": FEW_USERS,
                "stale_after_days": 2,
            }
        ],
        "rpt_files": [
            {
                "load_id": 3,
                "source": "events",
                "file_name": file_name,
                "sha256": "ab" * 32,
                "data_date": "2031-05-02",
                "rows_in_file": 12,
                "rows_loaded": 9,
                "rows_rejected": 1,
                "rows_duplicate": 2,
            }
        ],
        "rpt_rebooking": rebooking(tiers),
        "rpt_comparisons": [
            comparison(lens, cohort, *pair, groups(tiers), fisher, permutation)
            for lens in LENSES
            for cohort in ("mature", "all")
            for pair in (("Silver", "Bronze"), ("Gold", "Silver"), ("top_tier", "standard_tier"))
            if all(group in groups(tiers) for group in pair)
        ],
        "rpt_sensitivity": [
            {
                "reading": reading,
                "tier": tier,
                "n": 3 if reading == "mean_of_mentors" else users + more,
                "rebooked": None if reading == "mean_of_mentors" else rebooked,
                "rate_pct": 100 * rebooked / (users + more),
            }
            # The windows count as the answer does, each other reading so many users more.
            for reading, more in reversed([*zip(VARIANTS, (0, 0, *range(7), 0), strict=True)])
            for tier, (users, rebooked) in reversed(tiers.items())
        ],
        "rpt_reliability": _reliability(tiers),
        "rpt_checks": [
            {
                "observation_end": observation_end,
                "double_bookings": 7,
                "orphan_users": ["9999"],
                "users_without_session": 9,
                "dormant_users": 10,
            }
        ],
        "rpt_limits": [LIMITS | (limits or {})],
        "rpt_quality": [
            _finding("rejected_row", "events: invalid_timestamp", "events 17"),
            _finding("mentor_tier_changed", "Silver to Gold", "M_7"),
            _finding("anomaly", "second_end", "e 8", "e 9"),
            _finding("anomaly", "end_without_start", "e 4"),
        ],
        "rpt_mentors": mentors(tiers),
        "rpt_tests": [
            {
                # Without two tiers there is nothing to compare.
                "logrank_tiers_p": 2.6e-7 if len(tiers.keys() & CATEGORIES) > 1 else None,
                "logrank_gold_silver_p": 0.014 if {"Gold", "Silver"} <= tiers.keys() else None,
                "trend_p": 4.3e-8,
                **odds(tiers),
                "returned": sum(rebooked for _, rebooked in tiers.values()),
                "same_mentor": sum(rebooked for _, rebooked in tiers.values()),
            }
        ],
        "rpt_mentor_dispersion": [dispersion(tier, *counts) for tier, counts in tiers.items()],
        "rpt_rebooking_history": history(tiers, OBSERVATION_END.date()),
        "rpt_prices": [
            {"tier": tier, "lowest_rate": 50 * place, "highest_rate": 50 * place}
            for place, tier in enumerate(tiers, start=1)
        ],
        "rpt_monthly_cohorts": cohorts(tiers),
        "rpt_time_to_return": [
            {"tier": tier, "days": day, "users": users, "at_risk": users - back}
            | {key: figures[key] for key in ("ci_low_pct", "ci_high_pct")}
            | {"returned_pct": figures["rate_pct"]}
            for tier, (users, rebooked) in tiers.items()
            for day in range(31)
            for back in [rebooked * day // 30]
            for figures in [rate(users, back) | ({} if back else {"ci_low_pct": None, "ci_high_pct": None})]
        ],
        "rpt_users_at_risk": [
            {
                "user_id": f"u{number}",
                "company_id": None if number == 0 else "c1",
                "mentor_id": "M_1",
                "tier": next(iter(tiers), "Unknown"),
                "last_session_at": OBSERVATION_END - timedelta(days=number),
                "days_since": number,
                "return_pct": 60.0 / number if number else None,
            }
            for number in range(at_risk)
        ],
        "rpt_account_status": accounts(tiers, churned or {}),
    }


def _reliability(tiers: Tiers) -> list[Row]:
    made: list[Row] = []
    for tier, (users, rebooked) in tiers.items():
        sessions = users + rebooked
        made.append(
            {
                "tier": tier,
                "is_total": False,
                "requests": sessions + 8,
                "confirmed": sessions + 2,
                "cancelled": 5,
                "pending": 1,
                "attended": sessions,
                "no_show": 1,
                "upcoming": 1,
                "rerequested_after_cancel": 2,
                "sessions": sessions,
                "missing_end": 3,
                "median_minutes_to_confirm": 33.5,
            }
        )
    if made:
        total: Row = {key: sum(row[key] for row in made) for key in list(made[0])[2:-1]}
        made.append({"tier": "all", "is_total": True, **total, "median_minutes_to_confirm": 33.5})
    return made


def _finding(finding: str, detail: str, *examples: str) -> Row:
    return {"finding": finding, "detail": detail, "findings": len(examples), "examples": list(examples)}
