"""What the events tell of sessions, and until when.

Imports Great Expectations: import it only where the gate runs.
"""

from include.mentoring.expectations.bounds import MAX_WITHOUT_END_PCT, MIN_SESSIONS
from include.mentoring.sources import EVENTS
from include.pipeline.core.settings import declared
from include.pipeline.core.source import moment
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding, no_rows
from include.pipeline.quality.verdict import WARNING


class ExpectSessionsToEnd(ExpectNoRows):
    """Few sessions of the file have no end in it."""


def sessions_end() -> ExpectNoRows:
    """Return the warning that more than MAX_WITHOUT_END_PCT of the sessions that start do not end."""
    return no_finding(
        ExpectSessionsToEnd,
        check="sessions_end",
        column="event_type",
        sample_of="found",
        severity=WARNING,
        description=f"at most {MAX_WITHOUT_END_PCT} % of the sessions that start have no end",
        query=f"""
            with
            counts as (
                select
                    count(*) filter (event_type = 'session_started') as starts,
                    count(*) filter (event_type = 'session_ended') as ends
                from {{batch}}
            )
            select starts || ' starts and ' || ends || ' ends' as found
            from counts
            where
                starts >= {MIN_SESSIONS}
                and 100 * (starts - ends) > {MAX_WITHOUT_END_PCT} * starts
        """,
    )


class ExpectUpToDate(ExpectNoRows):
    """The latest event is of the last days before the end of the data date."""


def up_to_date() -> ExpectNoRows:
    """Return the warning that the latest event is too many whole days before the end of the data date.

    The limit is dbt's `stale_after_days`: the report warns above it of all that was accepted.
    """
    limit = declared().variables["stale_after_days"]
    occurred_at = moment("timestamp").replace("{", "{{").replace("}", "}}")
    return no_rows(
        ExpectUpToDate,
        EVENTS,
        check="up_to_date",
        column="timestamp",
        sample_of="timestamp",
        severity=WARNING,
        description=f"the latest event is at most {limit} days before the end of the data date",
        # No offset is of a day: only events of the last days, by their text, can be the latest.
        query=f"""
            with
            last_days as (
                select "timestamp", {occurred_at} as occurred_at, _row_number
                from {{batch}}
                where "timestamp" >= (
                    select (try_cast(left(max("timestamp"), 10) as date) - 2)::varchar
                    from {{batch}}
                )
            ),
            latest as (
                select *
                from last_days
                order by occurred_at desc, _row_number
                limit 1
            )
            select "timestamp", _row_number
            from latest
            where occurred_at <= (
                select data_date - {limit} from delivered.files where source = '{EVENTS.name}'
            )::timestamptz
        """,
    )
