"""The times of the day of new rows: together, and against those of all accepted rows.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source, hour_of_day
from include.pipeline.quality.expect.bounds import MAX_HOURS_DRIFT_PCT, MAX_SAME_MINUTE_PCT, MIN_ROWS
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding


class ExpectSpreadOverTheDay(ExpectNoRows):
    """The new rows are not all of one minute of the day, as of an export of dates alone."""


def spread_over_the_day(source: Source, time_column: str) -> ExpectNoRows:
    """Return the warning that one minute of the day, as written, has more than MAX_SAME_MINUTE_PCT."""
    return no_finding(
        ExpectSpreadOverTheDay,
        check="spread_over_the_day",
        column=time_column,
        description=f"no minute of the day has more than {MAX_SAME_MINUTE_PCT} % of the new rows",
        query=f"""
            with
            minutes as (
                select
                    substr("{time_column}", 12, 5) as minute_of_day,
                    count(*) as rows,
                    sum(count(*)) over () as all_rows
                from {{batch}}
                where not _is_duplicate
                group by minute_of_day
            )
            select rows || ' of ' || all_rows || ' rows at ' || minute_of_day as found
            from minutes
            where
                all_rows >= {MIN_ROWS}
                and 100 * rows > {MAX_SAME_MINUTE_PCT} * all_rows
        """,
    )


class ExpectSteadyHours(ExpectNoRows):
    """The new rows are of the hours of the day that the accepted rows are of."""


def steady_hours(source: Source, time_column: str) -> ExpectNoRows:
    """Return the warning that more than MAX_HOURS_DRIFT_PCT of the new rows are of other hours.

    That is the total variation distance of the two distributions over the 24 hours, UTC.
    """
    # Its braces are no parameters of the query.
    hour = hour_of_day(time_column).replace("{", "{{").replace("}", "}}")
    return no_finding(
        ExpectSteadyHours,
        check="steady_hours",
        column=time_column,
        description=(
            f"at most {MAX_HOURS_DRIFT_PCT} % of the new rows are at other hours of the day"
            " than the accepted ones"
        ),
        query=f"""
            with
            found as (
                select {hour} as hour_of_day, count(*) as rows
                from {{batch}}
                where not _is_duplicate
                group by hour_of_day
            ),
            accepted as (
                select value as hour_of_day, rows
                from temp.accepted_values
                where source = '{source.name}' and column_name = '{time_column}'
            ),
            compared as (
                select
                    sum(found.rows) over () as found_rows,
                    sum(accepted.rows) over () as accepted_rows,
                    coalesce(found.rows, 0) / found_rows as found_share,
                    coalesce(accepted.rows, 0) / accepted_rows as accepted_share
                from found
                full join accepted using (hour_of_day)
            ),
            distances as (
                select
                    any_value(least(found_rows, accepted_rows)) as fewer_rows,
                    50 * sum(abs(found_share - accepted_share)) as pct
                from compared
            )
            select round(pct)::integer || ' % of the rows at other hours' as found
            from distances
            where fewer_rows >= {MIN_ROWS} and pct > {MAX_HOURS_DRIFT_PCT}
        """,
    )
