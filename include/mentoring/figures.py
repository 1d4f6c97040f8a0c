"""The figures by which versions are compared: the rates of the answer, and the state of the bookings."""

from typing import Any

import duckdb

RATES = """
    select
        tier_category,
        rebooking_rate_pct::double as rate_pct,
        ci_low_pct::double as low_pct,
        ci_high_pct::double as high_pct,
        rebooked_count as rebooked,
        total_users_w_sessions as users
    from reports.rpt_rebooking
    where
        lens = 'sessions'
        and cohort = 'all'
        and is_category_total
    order by tier_category
"""
PERCENTAGES = """
    select
        tier,
        rebooking_rate_pct::double
    from reports.rpt_rebooking
    where
        lens = 'sessions'
        and cohort = 'all'
        and not is_category_total
    order by tier
"""
# One row, whatever the tables hold.
BOOKINGS = """
    select
        coalesce(max(reliability.attended), 0) as attended,
        coalesce(max(reliability.confirmed), 0) as confirmed,
        coalesce((select max(double_bookings) from reports.rpt_checks), 0) as double_bookings,
        coalesce(max(reliability.missing_end), 0) as missing_end,
        coalesce((select max(len(orphan_users)) from reports.rpt_checks), 0) as orphan_users,
        (
            select coalesce(sum(findings), 0)::bigint from reports.rpt_quality where finding = 'anomaly'
        ) as orphaned_events,
        (
            select coalesce(sum(rows_rejected), 0)::bigint from reports.rpt_files where source = 'events'
        ) as rejected_events
    from reports.rpt_reliability as reliability
    where reliability.is_total
"""
DATES = """
    select
        strftime(max(observation_end), '%Y-%m-%dT%H:%M:%SZ') as observation_end,
        max(latest_data_date)::varchar as data_date
    from reports.rpt_parameters
"""


def figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the figures of a database.

    Returns:
        `rates`: by tier category, of all users of lens sessions, the rate and its 95 % interval in percent,
        and the counts; `percentages`: their rate by tier, None for a tier without a user; `bookings`:
        confirmed ones, those that took place, and the faults of the record, by kind; `observation_end`,
        ISO 8601 in UTC, and `data_date`, both None where there is none.
    """
    ((*bookings,),) = connection.execute(BOOKINGS).fetchall()
    names = [column[0] for column in connection.description or []]
    (dates,) = connection.execute(DATES).fetchall()
    rates = connection.execute(RATES).fetchall()
    of_rates = [column[0] for column in connection.description or []][1:]
    return {
        "rates": {category: dict(zip(of_rates, row, strict=True)) for category, *row in rates},
        "percentages": dict(connection.execute(PERCENTAGES).fetchall()),
        "bookings": dict(zip(names, bookings, strict=True)),
        "observation_end": dates[0],
        "data_date": dates[1],
    }
