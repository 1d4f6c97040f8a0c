"""Defects of whole files change that file as they say, and no other."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.defects.delivery_files import FILES

from .folders import contents


@pytest.mark.parametrize(
    ("name", "source", "check"),
    [
        ("truncated_events", "events", lambda old, new: new == old[: len(new)] and new),
        ("truncated_users", "users", lambda old, new: new == old[: len(new)] and new),
        ("truncated_mentors", "mentors", lambda old, new: new == old[: len(new)] and new),
        ("empty_file", "events", lambda old, new: new == b""),
        ("empty_file", "users", lambda old, new: new == b""),
        ("header_only", "users", lambda old, new: new == old.splitlines(True)[0]),
        ("header_only", "mentors", lambda old, new: new == old.splitlines(True)[0]),
        ("header_only", "events", lambda old, new: json.loads(new) == []),
        ("not_utf8", "users", lambda old, new: new.replace(b"\xe9", b"") == old != new),
        ("not_utf8", "events", lambda old, new: new.replace(b"\xe9", b"") == old != new),
        ("nul_byte", "users", lambda old, new: new.replace(b"\x00", b"") == old != new),
        ("nul_byte", "events", lambda old, new: new.replace(b"\x00", b"") == old != new),
        ("missing_column", "users", lambda old, new: b"status" not in new),
        ("missing_column", "mentors", lambda old, new: b"tier" not in new),
        ("missing_column", "events", lambda old, new: b'"timestamp"' not in new),
        ("extra_columns", "users", lambda old, new: new.count(b"legacy,") == 155),
        ("extra_columns", "events", lambda old, new: new.count(b'"legacy"') == 842),
        (
            "column_order",
            "users",
            lambda old, new: new.startswith(b"status,signup_date,company_id,user_id\n"),
        ),
        (
            "column_order",
            "events",
            lambda old, new: next(iter(json.loads(new)[0])) == "event_type",
        ),
        ("bom", "users", lambda old, new: new == b"\xef\xbb\xbf" + old),
        ("bom", "events", lambda old, new: new == b"\xef\xbb\xbf" + old),
        ("crlf", "mentors", lambda old, new: new.count(b"\r\n") == new.count(b"\n") == 16),
        ("blank_lines", "users", lambda old, new: new.count(b"\n\n") == 156),
        ("one_object_a_line", "events", lambda old, new: len(new.splitlines()) == 842),
    ],
)
def test_whole_file(folder: Path, name: str, source: str, check: Callable) -> None:
    """A defect of a whole file changes that file as it says, and no other."""
    before = contents(folder)
    defects.apply(name, folder, source=source)
    after = contents(folder)
    assert check(before[FILES[source]], after[FILES[source]])
    assert {path for path in before if before[path] != after[path]} == {FILES[source]}


@pytest.mark.parametrize(("name", "source"), [("truncated_events", "events")])
def test_truncated_json_does_not_parse(folder: Path, name: str, source: str) -> None:
    """A truncated array ends inside a record."""
    defects.apply(name, folder)
    with pytest.raises(json.JSONDecodeError):
        json.loads((folder / FILES[source]).read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", ["users", "mentors"])
def test_truncated_table_ends_in_a_short_row(folder: Path, source: str) -> None:
    """A truncated table's last row has fewer fields than the header and no line end."""
    defects.apply(f"truncated_{source}", folder)
    lines = (folder / FILES[source]).read_bytes().split(b"\n")
    assert len(lines) > 10
    assert lines[-1].count(b",") == lines[0].count(b",") - 1


def test_missing_file(folder: Path) -> None:
    """The file is gone, the others stay."""
    defects.apply("missing_file", folder, source="mentors")
    assert sorted(contents(folder)) == sorted([FILES["users"], FILES["events"]])
