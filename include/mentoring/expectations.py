"""What must hold of this domain's delivery, besides what must hold of any source's table.

Importing this module does not import Great Expectations; calling a function does.
"""

from typing import TYPE_CHECKING

from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.core.settings import declared
from include.pipeline.core.source import Source, moment
from include.pipeline.quality.expect import no_rows
from include.pipeline.quality.verdict import WARNING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

MAX_ORPHAN_PCT = 5
# A sheet that lags behind lacks a mentor or two; one with other ids lacks nearly all.
MAX_UNLISTED_PCT = 25


def expectations() -> "dict[str, list[Expectation]]":
    """Return the expectations on each source's table."""
    return {
        EVENTS.name: [
            # Each type separately: if both are within the limit, so is the total.
            few_orphans("booking_requested"),
            few_orphans("booking_confirmed"),
            few_orphans_of_mentors(),
            known_parent("unknown_user", USERS),
            known_parent("unknown_mentor", MENTORS),
            up_to_date(),
        ]
    }


def few_orphans(event_type: str) -> "Expectation":
    """Return that at most `MAX_ORPHAN_PCT` of a type's events are of users that did not land."""
    of_type = f"event_type = '{event_type}'"
    return no_rows(
        EVENTS,
        check=f"orphan_{event_type}",
        column="user_id",
        sample_of="user_id",
        description=f"at most {MAX_ORPHAN_PCT} % of {event_type} are of users in no user row",
        population=f"select count(distinct event_id) from delivered.events where {of_type}",
        # An event that the file repeats is one event.
        query=f"""
            with
            of_type as (
                select event_id, user_id, _row_number
                from {{batch}}
                where {of_type}
            ),
            doubtful as (
                select event_id
                from of_type
                where not exists (
                    select 1 from delivered.users where users.user_id = of_type.user_id
                )
            ),
            doubtful_events as (
                select
                    event_id,
                    min(user_id) as user_id,
                    min(_row_number) as _row_number
                from of_type
                where event_id in (select event_id from doubtful)
                group by event_id
            ),
            orphans as (
                select user_id, event_id, _row_number
                from doubtful_events
                where not exists (
                    select 1 from delivered.users where users.user_id = doubtful_events.user_id
                )
            )
            select *
            from orphans
            where
                100 * (select count(*) from orphans)
                > {MAX_ORPHAN_PCT} * (
                    select count(distinct event_id)
                    from of_type
                    -- Where there are none, nothing is to be counted.
                    where exists (select 1 from orphans)
                )
        """,
    )


def few_orphans_of_mentors() -> "Expectation":
    """Return that at most MAX_UNLISTED_PCT of requests and confirmations are of mentors in no sheet.

    The sheets are that of the delivery and all that were accepted before.
    """
    asked = "event_type in ('booking_requested', 'booking_confirmed')"
    return no_rows(
        EVENTS,
        check="orphan_mentors",
        column="mentor_id",
        sample_of="mentor_id",
        description=f"at most {MAX_UNLISTED_PCT} % of requests and confirmations are of unlisted mentors",
        population=f"select count(distinct event_id) from delivered.events where {asked}",
        query=f"""
            with
            asked as (
                select
                    event_id,
                    min(mentor_id) as mentor_id,
                    min(_row_number) as _row_number
                from {{batch}}
                where {asked}
                group by event_id
            ),
            orphans as (
                select mentor_id, event_id, _row_number
                from asked
                where
                    not exists (
                        select 1 from delivered.mentors where mentors.mentor_id = asked.mentor_id
                    )
                    and not exists (
                        select 1
                        from temp.accepted_mentors
                        where accepted_mentors.mentor_id = asked.mentor_id
                    )
            )
            select *
            from orphans
            where
                100 * (select count(*) from orphans)
                > {MAX_UNLISTED_PCT} * (select count(*) from asked)
        """,
    )


def known_parent(check: str, parent: Source) -> "Expectation":
    """Return the warning that an event is of a user or mentor that did not land."""
    # Qualified: DuckDB would take an unqualified key that the parent lacks from the events.
    return no_rows(
        EVENTS,
        check=check,
        column=parent.key,
        sample_of=parent.key,
        severity=WARNING,
        description=f"every {parent.key} is in {parent.name}",
        query=f"""
            select "{parent.key}", event_id, _row_number
            from {{batch}}
            where "{parent.key}" not in (
                select {parent.name}."{parent.key}"
                from delivered.{parent.name}
                where {parent.name}."{parent.key}" is not null
            )
        """,
    )


def up_to_date() -> "Expectation":
    """Return the warning that the latest event is too many whole days before the end of the data date.

    The limit is dbt's `stale_after_days`: the report warns above it of all that was accepted.
    """
    limit = declared().variables["stale_after_days"]
    occurred_at = moment("timestamp").replace("{", "{{").replace("}", "}}")
    return no_rows(
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
