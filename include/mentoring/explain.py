"""`make explain USER=…`: what became of one user, and the rows of the delivered files that say so."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from include.pipeline.core.errors import UserFacingError

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

MAX_SUGGESTED = 3
# One row, whether or not the user exists.
PERSON = """
    select
        users.company_id,
        users.signup_date,
        users.account_status,
        users.user_id is not null as is_listed,
        items.user_id is not null as has_events,
        rebookings.* exclude (lens, user_id),
        parameters.observation_end,
        parameters.rebooking_window_days
    from reports.rpt_parameters as parameters
    left join marts.dim_users as users on users.user_id = $user_id
    left join marts.fct_user_items as items on items.user_id = $user_id
    left join marts.fct_rebookings as rebookings
        on rebookings.user_id = $user_id and rebookings.lens = 'sessions'
"""
KNOWN = "select user_id from marts.dim_users union select user_id from marts.fct_user_items"
NEAREST = f"""
    select user_id, count(*) over () as users
    from ({KNOWN})
    order by damerau_levenshtein(user_id, $user_id), user_id
    limit {MAX_SUGGESTED}
"""
BOOKINGS_AND_SESSIONS = """
    select
        'booking' as what,
        requested_at as happened_at,
        mentor_id,
        tier,
        outcome,
        status,
        decided_at as until,
        false as is_assumed
    from marts.fct_bookings
    where user_id = $user_id

    union all

    select
        'session' as what,
        started_at as happened_at,
        mentor_id,
        tier,
        null as outcome,
        null as status,
        ended_at as until,
        is_end_imputed as is_assumed
    from marts.fct_sessions
    where user_id = $user_id

    order by happened_at, what, mentor_id
"""
# Rows of snapshots are stored once, for the load that brought them first.
DELIVERED_ROWS = """
    with

    delivered as (
        select
            1 as place,
            null as happened_at,
            concat_ws(', ', 'company ' || company_id, 'signed up ' || signup_date, status) as said,
            _load_id as load_id,
            _row_number as row_number
        from raw.users_by_load
        where user_id = $user_id

        union all

        select
            2 as place,
            null as happened_at,
            concat_ws(' ', mentor_id, tier) as said,
            _load_id as load_id,
            _row_number as row_number
        from raw.mentors_by_load
        where mentor_id in (select mentor_id from staging.stg_events where user_id = $user_id)

        union all

        select
            3 as place,
            occurred_at as happened_at,
            concat_ws(' ', occurred_at, event_type, mentor_id) as said,
            load_id,
            row_number
        from staging.stg_events
        where user_id = $user_id
    )

    select
        delivered.said,
        delivered.row_number,
        loads.load_id,
        loads.file_name,
        loads.data_date,
        loads.sha256
    from delivered
    inner join marts.fct_loads as loads
        on delivered.load_id = loads.load_id
    order by delivered.place, delivered.happened_at, delivered.load_id, delivered.row_number
"""


def explain(connection: "duckdb.DuckDBPyConnection", user_id: str) -> Iterator[str]:
    """Yield lines of text: the user, each booking and session, and the delivered rows with their files.

    Args:
        connection: to the published database.
        user_id: as the booking tool and the users export have it.

    Raises:
        UserFacingError: no such user is published.
    """
    (person,) = _rows(connection, PERSON, user_id)
    if not person["is_listed"] and not person["has_events"]:
        raise UserFacingError(_unknown(user_id, _rows(connection, NEAREST, user_id)))
    yield from _summary(user_id, person)
    items = _rows(connection, BOOKINGS_AND_SESSIONS, user_id)
    yield from ("", "Bookings and sessions, times in UTC" if items else "No booking and no session")
    yield from (f"  {_item(row)}" for row in items)
    rows = _rows(connection, DELIVERED_ROWS, user_id)
    yield from ("", "Delivered rows; the first after a header is row 1")
    width = max((len(row["said"]) for row in rows), default=0)
    for row in rows:
        yield f"  {row['said']:{width}}  {row['file_name']} row {row['row_number']}, load {row['load_id']}"
    yield from ("", "Files of these loads")
    loads = {row["load_id"]: row for row in rows}
    for load_id, row in sorted(loads.items()):
        yield f"  load {load_id}  {row['data_date']}  {row['file_name']}  sha256 {row['sha256']}"


def _rows(connection: "duckdb.DuckDBPyConnection", query: str, user_id: str) -> list[Row]:
    cursor = connection.execute(query, {"user_id": user_id})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _unknown(user_id: str, nearest: list[Row]) -> str:
    if not nearest:
        return f"There is no user {user_id!r}: found no user at all. Expected one; run `make run` first."
    return (
        f"There is no user {user_id!r}. Expected the id of one of {nearest[0]['users']:,} users; the nearest"
        f" are {', '.join(repr(row['user_id']) for row in nearest)}. Run `make explain USER=…` with one."
    )


def _summary(user_id: str, person: Row) -> Iterator[str]:
    account = (
        f"company {person['company_id'] or 'unknown'}, signed up {person['signup_date']},"
        f" {person['account_status']}"
        if person["is_listed"]
        else "not in the users export"
    )
    yield f"User {user_id}: {account}"
    first, days = person["first_item_at"], person["rebooking_window_days"]
    if first is None:
        yield "First session: none, so no rate counts this user"
        return
    yield f"First session: {first} with {person['mentor_id']}, {person['tier']} at that time"
    closed = "closed" if person["is_mature"] else "still open"
    yield (
        f"Window: {days} days, until {person['window_end_at']}; {closed} when the data end, at"
        f" {person['observation_end']}"
    )
    yield f"Came back: {_came_back(person)}"


def _came_back(person: Row) -> str:
    next_at = person["next_item_at"]
    if next_at is None:
        return "no" if person["is_mature"] else "not yet"
    after = f"{next_at} with {person['next_mentor_id']}, within {person['days_to_return']} days"
    return f"yes, {after}" if person["is_rebooked"] else f"no, only after the window: {after}"


def _item(row: Row) -> str:
    who = f"{row['happened_at']}  {row['what']} with {row['mentor_id']} ({row['tier']})"
    if row["what"] == "session":
        return f"{who}, until {row['until']}{', an assumed end' if row['is_assumed'] else ''}"
    decided = f"{row['status']} {row['until']}" if row["until"] else row["status"]
    outcome = "" if row["outcome"] == row["status"] else f", {row['outcome'].replace('_', '-')}"
    return f"{who}: {decided}{outcome}"
