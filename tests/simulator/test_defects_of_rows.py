"""Defects of rows change, add or reformat as many rows as asked for."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.defects.delivery_files import FILES, Delivery, read_delivery

from .conftest import SAMPLE
from .folders import figures

ROWS = 2


def is_date(text: str) -> bool:
    """Returns whether a text is an ISO date."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def bad_rows(delivery: Delivery, source: str, column: str, good: Callable) -> int:
    """Returns how many rows have a value in the column that is not good."""
    rows = delivery.rows(source)
    assert rows
    return sum(not good(row[column]) for row in rows)


@pytest.mark.parametrize(
    ("name", "source", "column", "good"),
    [
        ("missing_value", "users", "signup_date", bool),
        ("missing_value", "mentors", "tier", bool),
        ("missing_value", "events", "mentor_id", bool),
        ("invalid_date", "users", "signup_date", is_date),
        ("invalid_number", "mentors", "hourly_rate", str.isdigit),
        ("unknown_status", "users", "status", {"active", "churned"}.__contains__),
        ("unknown_tier", "mentors", "tier", {"Gold", "Silver", "Bronze"}.__contains__),
        ("unknown_event_type", "events", "event_type", lambda text: text != "session_paused"),
    ],
)
def test_bad_value(folder: Path, name: str, source: str, column: str, good: Callable) -> None:
    """As many rows as asked for have a value that must be rejected, and no row comes or goes."""
    before = len(read_delivery(folder).rows(source))
    defects.apply(name, folder, rows=ROWS, source=source)
    after = read_delivery(folder)
    assert len(after.rows(source)) == before
    assert bad_rows(after, source, column, good) == ROWS


def test_invalid_timestamp(folder: Path) -> None:
    """As many events as asked for have a timestamp that is no time."""
    defects.apply("invalid_timestamp", folder, rows=4)
    times = [event["timestamp"] for event in read_delivery(folder).events]
    odd = [time for time in times if time not in (SAMPLE / FILES["events"]).read_text()]
    assert len(times) == 842 and len(odd) == 4


def test_future_timestamp(folder: Path) -> None:
    """As many requests as asked for are added, of a year after any data date."""
    old = read_delivery(folder).events
    defects.apply("future_timestamp", folder, rows=ROWS)
    new = read_delivery(folder).events
    assert new[: len(old)] == old and len(new) == len(old) + ROWS
    assert {(event["event_type"], event["timestamp"][:4]) for event in new[len(old) :]} == {
        ("booking_requested", "2099")
    }


def test_record_is_no_object(folder: Path) -> None:
    """As many records as asked for are no objects: a number, a text, null, a list."""
    defects.apply("record_is_no_object", folder, rows=4)
    events = read_delivery(folder).events
    assert len(events) == 842
    assert {type(event) for event in events} == {dict, int, str, type(None), list}


def test_ragged_row(folder: Path) -> None:
    """As many rows as asked for have a field too few."""
    defects.apply("ragged_row", folder, rows=ROWS)
    commas = Counter(line.count(b",") for line in (folder / FILES["users"]).read_bytes().splitlines())
    assert commas == {3: 156 - ROWS, 2: ROWS}


@pytest.mark.parametrize(
    ("name", "source", "equal"),
    [
        ("conflicting_duplicate", "users", False),
        ("conflicting_duplicate", "mentors", False),
        ("conflicting_duplicate", "events", False),
        ("same_event_id_other_content", "events", False),
        ("exact_duplicate_rows", "users", True),
        ("exact_duplicate_rows", "mentors", True),
        ("same_event_id_same_content", "events", True),
    ],
)
def test_a_key_comes_again(folder: Path, name: str, source: str, equal: bool) -> None:
    """The added rows have a key that exists, with equal or with other content."""
    old = read_delivery(folder).rows(source)
    defects.apply(name, folder, rows=ROWS, source=source)
    new = read_delivery(folder).rows(source)
    added = new[len(old) :]
    assert len(added) == ROWS
    by_key = {next(iter(row.values())): row for row in old}
    for row in added:
        assert (by_key[next(iter(row.values()))] == row) is equal


@pytest.mark.parametrize(
    "name",
    [
        "mixed_type_ids",
        "offsets",
        "no_offset",
        "out_of_order",
        "same_event_id_same_content",
        "exact_duplicate_rows",
        "future_timestamp",
    ],
)
def test_no_figure_moves(folder: Path, name: str) -> None:
    """The same facts in another format: every figure stays."""
    before = figures(folder)
    defects.apply(name, folder, seed=2)
    assert figures(folder) == before


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("offsets", r"(\+05:30|-03:00|\+00:00|\+12:45)"),
        ("no_offset", ""),
        ("subsecond", r"\.123456Z"),
    ],
)
def test_spelling_of_times(folder: Path, name: str, ending: str) -> None:
    """Every time has another offset, no offset, or microseconds."""
    defects.apply(name, folder)
    times = [event["timestamp"] for event in read_delivery(folder).events]
    odd = [time for time in times if re.fullmatch(r"[-0-9]{10}T[:0-9]{8}" + ending, time)]
    assert len(times) == len(odd) == 842


def test_out_of_order(folder: Path) -> None:
    """A fifth of the events comes before events that are earlier."""
    defects.apply("out_of_order", folder)
    times = [event["timestamp"] for event in read_delivery(folder).events]
    assert times[:169] == sorted(times[:169], reverse=True)
    assert len(times) == 842 and times != sorted(times)


def test_mixed_type_ids(folder: Path) -> None:
    """Every id changes its type and no id its digits."""
    old = [event["user_id"] for event in read_delivery(folder).events]
    defects.apply("mixed_type_ids", folder)
    new = [event["user_id"] for event in read_delivery(folder).events]
    assert len(new) == 842 and list(map(str, old)) == list(map(str, new))
    assert all(type(a) is not type(b) for a, b in zip(old, new, strict=True))
