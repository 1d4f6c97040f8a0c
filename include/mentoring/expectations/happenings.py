"""What the events tell of sessions, and until when.

Imports Great Expectations: import it only where the gate runs.
"""

from include.mentoring.expectations.bounds import MAX_BEFORE_SIGNUP_PCT, MAX_WITHOUT_END_PCT, MIN_SESSIONS
from include.mentoring.sources import EVENTS
from include.pipeline.core.settings import declared
from include.pipeline.core.source import moment
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding, no_rows

# Its braces are no parameters of a query.
OCCURRED_AT = moment("timestamp").replace("{", "{{").replace("}", "}}")


class ExpectSessionsToEnd(ExpectNoRows):
    """Few sessions of the file have no end in it."""


def sessions_end() -> ExpectNoRows:
    """Return the warning that more than MAX_WITHOUT_END_PCT of the sessions that start do not end."""
    return no_finding(
        ExpectSessionsToEnd,
        check="sessions_end",
        column="event_type",
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
    return no_rows(
        ExpectUpToDate,
        EVENTS,
        check="up_to_date",
        column="timestamp",
        description=f"the latest event is at most {limit} days before the end of the data date",
        # No offset is of a day: only events of the last days, by their text, can be the latest.
        query=f"""
            with
            last_days as (
                select "timestamp", {OCCURRED_AT} as occurred_at, _row_number
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


class ExpectFewBeforeSignup(ExpectNoRows):
    """Few events are of a time before their user's sign-up."""


def few_before_signup() -> ExpectNoRows:
    """Return the warning that more than MAX_BEFORE_SIGNUP_PCT of the events precede the user's sign-up.

    The day of the sign-up begins at midnight, UTC.
    """
    return no_rows(
        ExpectFewBeforeSignup,
        EVENTS,
        check="few_before_signup",
        column="timestamp",
        sample_of="user_id",
        description=f"at most {MAX_BEFORE_SIGNUP_PCT} % of the events are before their user's signup_date",
        # No offset is of a day: only events of that day and earlier ones, by their text, can precede it.
        query=f"""
            with
            early as (
                select user_id, event_id, landed._row_number
                from {{batch}} as landed
                inner join (select distinct user_id, signup_date from delivered.users) as signups
                    using (user_id)
                where
                    case
                        when left("timestamp", 10) <= signup_date
                            then {OCCURRED_AT} < signup_date::date::timestamptz
                    end
            )
            select *
            from early
            where
                100 * (select count(*) from early)
                > {MAX_BEFORE_SIGNUP_PCT} * (select count(*) from {{batch}})
        """,
    )
