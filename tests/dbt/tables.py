"""The tables that are compared, as the models built them, and how they differ from the reading's."""

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.dbt.pipeline import Pipeline

Row = tuple[Any, ...]
# Columns of each table that are compared; the first ones, so many, are its key.
COLUMNS: dict[str, tuple[int, str]] = {
    "marts.fct_sessions": (
        1,
        "session_id, user_id, mentor_id, started_at, ended_at, is_end_imputed, booking_id, tier,"
        " tier_category",
    ),
    "marts.fct_bookings": (
        1,
        "booking_id, user_id, mentor_id, requested_at, status, outcome, decided_at, is_requested_again,"
        " session_id, tier, tier_category",
    ),
    "marts.fct_rebookings": (
        2,
        "user_id, lens, mentor_id, first_item_at, is_rebooked, is_mature, tier, tier_category",
    ),
    "marts.fct_readings": (3, "reading, mentor_id, tier, items, rebooked"),
    "marts.fct_double_bookings": (2, "session_id, other_session_id, is_on_assumed_end"),
    "reports.rpt_rebooking": (
        3,
        "tier, lens, cohort, tier_category, is_category_total, total_users_w_sessions, rebooked_count,"
        " rebooking_rate_pct, ci_low_pct, ci_high_pct",
    ),
    "reports.rpt_sensitivity": (2, "reading, tier, n, rebooked, rate_pct"),
    "reports.rpt_reliability": (
        1,
        "tier, requests, confirmed, cancelled, pending, attended, no_show, upcoming,"
        " rerequested_after_cancel, sessions, missing_end, median_minutes_to_confirm",
    ),
    "reports.rpt_checks": (
        1,
        "observation_end, double_bookings, orphan_users, users_without_session, dormant_users",
    ),
    "reports.rpt_limits": (
        0,
        "earliest_start_minute, latest_start_minute, shortest_minutes, longest_minutes,"
        " double_bookings_on_assumed_end, latest_return_days, users_not_yet_back, users_never_met,"
        " never_met_confirmed",
    ),
    "reports.rpt_comparisons": (
        4,
        "lens, cohort, group_a, group_b, is_primary, a_users, a_rebooked, b_users, b_rebooked, difference_pp,"
        " difference_ci_low_pp, difference_ci_high_pp, risk_ratio, risk_ratio_ci_low, risk_ratio_ci_high,"
        " e_value, e_value_limit, fisher_p, mentor_permutation_p, smallest_permutation_p, holm_p,"
        " permutation_p_is_bound, cluster_ci_low_pp is null, mentors_a, mentors_b, mentors_in_both, is_small,"
        " detectable_pp, detectable_mentors_pp",
    ),
    "reports.rpt_tests": (
        0,
        "logrank_tiers_p, logrank_gold_silver_p, mantel_haenszel_or, mantel_haenszel_p,"
        " mantel_haenszel_company_or, mantel_haenszel_company_p, trend_p, returned, same_mentor",
    ),
    "reports.rpt_mentor_dispersion": (1, "tier, mentors, users, rebooked, dispersion, p, p_is_bound"),
    "reports.rpt_rebooking_history": (
        2,
        "as_of_date, tier, tier_category, is_category_total, users, rebooked, rate_pct, ci_low_pct,"
        " ci_high_pct",
    ),
    "reports.rpt_mentors": (
        2,
        "mentor_id, tier, tier_category, requests, cancelled, sessions, rebooked, users, rate_pct,"
        " ci_low_pct, ci_high_pct, is_small",
    ),
    "reports.rpt_account_status": (
        2,
        "tier_category, account_status, rebooked, users, share_pct, rate_pct, ci_low_pct, ci_high_pct,"
        " is_small",
    ),
    "reports.rpt_monthly_cohorts": (
        2,
        "cohort_month, tier_category, rebooked, users, is_mature, rate_pct, ci_low_pct, ci_high_pct,"
        " is_small",
    ),
    "reports.rpt_time_to_return": (
        2,
        "tier, days, users, at_risk, returned_pct, ci_low_pct, ci_high_pct",
    ),
    "reports.rpt_users_at_risk": (1, "user_id, mentor_id, tier, days_since, return_pct"),
    "anomalies": (1, "event_id, anomaly"),
}
QUERIES = {"anomalies": "select event_id, anomaly from intermediate.int_events where anomaly is not null"}


def built(pipeline: Pipeline) -> dict[str, list[Row]]:
    """Returns the rows of every compared table as the models built them."""
    return {
        table: [
            tuple(float(value) if isinstance(value, Decimal) else value for value in row)
            for row in pipeline.rows(QUERIES.get(table, f"select {columns} from {table}"))
        ]
        for table, (_, columns) in COLUMNS.items()
    }


def differences(models: dict[str, list[Row]], reading: dict[str, list[Row]]) -> dict[Row, str]:
    """Returns what differs: for the table and key of a row, what the models and the reading say."""
    found: dict[Row, str] = {}
    for table, (key_size, columns) in COLUMNS.items():
        mine, other = ({row[:key_size]: row for row in rows} for rows in (models[table], reading[table]))
        rows = Counter(row[:key_size] for row in models[table])
        names = columns.replace(" ", "").split(",")
        for key in {**mine, **other}:
            if key not in mine:
                found[table, *key] = "only by the reading"
            elif key not in other:
                found[table, *key] = "only in the models"
            elif rows[key] > 1:
                found[table, *key] = f"{rows[key]} times in the models"
            elif mine[key] != other[key]:
                found[table, *key] = ", ".join(
                    f"{name} is {one} in the models, {two} by the reading"
                    for name, one, two in zip(names, mine[key], other[key], strict=True)
                    if one != two
                )
    return found
