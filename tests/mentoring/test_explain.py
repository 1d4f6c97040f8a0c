"""What is said of a user is what the delivered files say, in the rows that are named."""

import json
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from include.mentoring.explain import explain
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared
from tests.mentoring.conftest import DATA_DATE

ROW = re.compile(r"^  (.*?) +(\S+) row (\d+), load (\d+)$")


@pytest.fixture
def database(built_sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the built sample."""
    with duckdb.connect(built_sample, read_only=True) as connection:
        yield connection


def one(database: duckdb.DuckDBPyConnection, condition: str) -> str:
    """Return the first user of the headline lens of whom a condition is true."""
    query = f"select min(user_id) from marts.fct_rebookings where lens = 'sessions' and {condition}"
    ((user_id,),) = database.execute(query).fetchall()
    assert user_id, condition
    return user_id


def test_every_row_that_is_named_is_in_its_file(database: duckdb.DuckDBPyConnection) -> None:
    """Each event of the user, the row of the user and that of the mentor; each file with its hash."""
    user_id = one(database, "is_rebooked")
    lines = list(explain(database, user_id))
    events = json.loads((declared().sample_data / "booking_events.json").read_text(encoding="utf-8"))
    named = [match.groups() for line in lines if (match := ROW.match(line))]
    found = [events[int(row) - 1] for _, file, row, _ in named if file == "booking_events.json"]
    assert found == [event for event in events if str(event["user_id"]) == user_id]
    for said, file, row, _ in named:
        if file != "booking_events.json":
            line = (declared().sample_data / file).read_text(encoding="utf-8").splitlines()[int(row)]
            key, *fields = line.split(",")
            assert key == user_id or key in said
            assert fields[0] in said
    assert {file for _, file, _, _ in named} == {source.file_name for source in declared().sources}
    for source in declared().sources:
        digest = sha256((declared().sample_data / source.file_name).read_bytes()).hexdigest()
        assert any(f"{DATA_DATE}  {source.file_name}  sha256 {digest}" in line for line in lines)


@pytest.mark.parametrize(
    ("condition", "window", "answer"),
    [
        ("is_rebooked and is_mature", "; closed when the data end", "Came back: yes, "),
        ("next_item_at is null and is_mature", "; closed when the data end", "Came back: no"),
        ("next_item_at is null and not is_mature", "; still open when the data end", "Came back: not yet"),
    ],
)
def test_the_head_says_what_the_rate_counts(
    condition: str, window: str, answer: str, database: duckdb.DuckDBPyConnection
) -> None:
    """The first session with the tier of that time, the window, and the return."""
    user_id = one(database, condition)
    query = (
        "select company_id, signup_date, account_status, first_item_at, mentor_id, tier"
        " from marts.fct_rebookings inner join marts.dim_users using (user_id)"
        " where lens = 'sessions' and user_id = ?"
    )
    ((company, signup, status, first, mentor, tier),) = database.execute(query, [user_id]).fetchall()
    lines = list(explain(database, user_id))
    assert lines[:2] == [
        f"User {user_id}: company {company}, signed up {signup}, {status}",
        f"First session: {first} with {mentor}, {tier} at that time",
    ]
    assert lines[2].startswith("Window: 30 days, until ") and window in lines[2]
    assert lines[3].startswith(answer) and (answer.endswith(", ") or lines[3] == answer)


def test_a_return_after_the_window_is_none(built_sample: Path, tmp_path: Path) -> None:
    """The next session is named all the same."""
    copy = tmp_path / "copy.duckdb"
    shutil.copy(built_sample, copy)
    with duckdb.connect(copy) as late:
        user_id = one(late, "is_rebooked")
        late.execute("update marts.fct_rebookings set is_rebooked = false")
        (line,) = (line for line in explain(late, user_id) if line.startswith("Came back"))
    assert line.startswith("Came back: no, only after the window: 2023-")


def test_each_session_and_booking_is_listed(database: duckdb.DuckDBPyConnection) -> None:
    """With its outcome, and an assumed end called so."""
    ((user_id, session, cancelled),) = database.execute(
        "select sessions.user_id, max(sessions.ended_at), max(bookings.requested_at)"
        " from marts.fct_sessions as sessions inner join marts.fct_bookings as bookings using (user_id)"
        " where sessions.is_end_imputed and bookings.outcome = 'cancelled' group by all order by 1 limit 1"
    ).fetchall()
    lines = list(explain(database, user_id))
    assert any(line.endswith(f"until {session}, an assumed end") for line in lines)
    assert any(line.startswith(f"  {cancelled}  booking with ") and ": cancelled" in line for line in lines)


def test_a_user_need_not_be_in_both_files(database: duckdb.DuckDBPyConnection) -> None:
    """One of the events is not in the users export; a dormant one has no event."""
    ((orphans,),) = database.execute("select orphan_users from reports.rpt_checks").fetchall()
    lines = list(explain(database, orphans[0]))
    assert lines[:2] == [
        f"User {orphans[0]}: not in the users export",
        "First session: none, so no rate counts this user",
    ]
    query = "select min(user_id) from marts.dim_users anti join marts.fct_user_items using (user_id)"
    ((dormant,),) = database.execute(query).fetchall()
    assert "No booking and no session" in list(explain(database, dormant))


@pytest.mark.parametrize("typed", ["90004", "900004 ", "", "O'Hara"])
def test_an_unknown_user_is_answered_in_one_line(typed: str, database: duckdb.DuckDBPyConnection) -> None:
    """What was found and expected, the nearest ids and what to do."""
    with pytest.raises(UserFacingError) as error:
        list(explain(database, typed))
    message = str(error.value)
    assert message.startswith(f"There is no user {typed!r}. Expected the id of one of 151 users; the nearest")
    assert "Run `make explain USER=…`" in message and "\n" not in message
    if typed.startswith("90"):
        assert "'900004'" in message
