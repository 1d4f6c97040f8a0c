"""Events of users and mentors that no file lists.

Imports Great Expectations: import it only where the gate runs.
"""

from include.mentoring.expectations.bounds import MAX_ORPHAN_PCT, MAX_UNLISTED_PCT
from include.mentoring.expectations.near_match import with_near_match
from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.core.source import Source
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_rows
from include.pipeline.quality.verdict import CRITICAL


class ExpectFewOrphans(ExpectNoRows):
    """Few events of a type are of users that did not land."""


def few_orphans(event_type: str) -> ExpectNoRows:
    """Return that at most `MAX_ORPHAN_PCT` of a type's events are of users that did not land."""
    of_type = f"event_type = '{event_type}'"
    return no_rows(
        ExpectFewOrphans,
        EVENTS,
        check=f"orphan_{event_type}",
        column="user_id",
        severity=CRITICAL,
        description=f"at most {MAX_ORPHAN_PCT} % of {event_type} are of users in no user row",
        population=f"select count(distinct event_id) from {{batch}} where {of_type}",
        # An event that the file repeats is one event.
        query=with_near_match(
            f"""
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
            USERS.key,
            USERS.name,
        ),
    )


class ExpectFewOrphansOfMentors(ExpectNoRows):
    """Few requests and confirmations are of mentors in no sheet."""


def few_orphans_of_mentors() -> ExpectNoRows:
    """Return that at most MAX_UNLISTED_PCT of requests and confirmations are of mentors in no sheet.

    The sheets are that of the delivery and all that were accepted before.
    """
    asked = "event_type in ('booking_requested', 'booking_confirmed')"
    return no_rows(
        ExpectFewOrphansOfMentors,
        EVENTS,
        check="orphan_mentors",
        column="mentor_id",
        severity=CRITICAL,
        description=f"at most {MAX_UNLISTED_PCT} % of requests and confirmations are of unlisted mentors",
        population=f"select count(distinct event_id) from {{batch}} where {asked}",
        query=with_near_match(
            f"""
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
            MENTORS.key,
            MENTORS.name,
        ),
    )


class ExpectKnownParent(ExpectNoRows):
    """Every event is of a user or mentor that landed."""


def known_parent(check: str, parent: Source) -> ExpectNoRows:
    """Return the warning that an event is of a user or mentor that did not land."""
    # Qualified: DuckDB would take an unqualified key that the parent lacks from the events.
    return no_rows(
        ExpectKnownParent,
        EVENTS,
        check=check,
        column=parent.key,
        description=f"every {parent.key} is in {parent.name}",
        query=with_near_match(
            f"""
            select "{parent.key}", event_id, _row_number
            from {{batch}}
            where "{parent.key}" not in (
                select {parent.name}."{parent.key}"
                from delivered.{parent.name}
                where {parent.name}."{parent.key}" is not null
            )
        """,
            parent.key,
            parent.name,
        ),
    )
