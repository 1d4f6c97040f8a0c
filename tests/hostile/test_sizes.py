"""Records of any size and depth: judged or refused, within the memory that the settings allow."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import processes
from tests.support.deliveries import USERS_HEADER, Bench, array, event, lines, users

MB = 1 << 20
# Python with DuckDB takes 110 MB of it, a record of 16 MB and its neighbours a few times their size.
MAX_MEMORY_MB = 800
DEPTH = 1_000_000

Form = Callable[[list[Any]], str]


def filler(size: int, signs: str) -> Iterator[bytes]:
    """Yield so many bytes of the signs, in pieces."""
    return repeat((signs * (MB // len(signs))).encode(), size // MB)


LONG = {
    "in an array": ("booking_events.json", "[" + json.dumps(event("e1")) + ',\n{"event_id": "', '"}]\n', "K"),
    "on a line": ("booking_events.json", json.dumps(event("e1")) + '\n{"event_id": "', '"}\n', "K"),
    "of a column to ignore": (
        "booking_events.json",
        json.dumps(event("e1"))[:-1] + ', "note": "',
        '"}\n',
        "K",
    ),
    "in a table": ("users_db_export.csv", users(1) + "2,", ",2031-01-05,active\n", "K"),
    "between quotes": ("users_db_export.csv", users(1) + '2,"', '",2031-01-05,active\n', "K\n"),
    "of zeros, packed": ("users_db_export.csv.gz", users(1), "\n", "\0"),
    "before the header": ("users_db_export.csv", "", f"\n{users(1)}", "K"),
}


@pytest.mark.parametrize("place", LONG)
def test_a_record_of_100_mb_refuses_the_file(place: str, tmp_path: Path) -> None:
    """No record of these sources is that long; the message says where it stands, in little memory."""
    name, before, after, sign = LONG[place]
    path = tmp_path / name
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as file:
        file.write(before.encode())
        file.writelines(filler(100 * MB, sign))
        file.write(after.encode())
    found = processes.land("events" if ".json" in name else "users", path)
    where = "a record" if place == "in an array" else f"line {before.count(chr(10)) + 1}"
    assert found["refusal"].startswith(
        f"{path.name} cannot be parsed to its end: {where} is longer than 16 MB."
    )
    assert len(found["refusal"]) < 300
    assert found["loaded"] == found["rejected"] == []
    assert found["peak_mb"] < MAX_MEMORY_MB


@pytest.mark.parametrize("form", [array, lines])
def test_nesting_of_any_depth_is_judged(form: Form, tmp_path: Path) -> None:
    """A million levels crash nothing: where a value is wanted they are malformed, elsewhere ignored."""
    deep = {"list": "[" * DEPTH + "]" * DEPTH, "object": '{"a":' * DEPTH + "1" + "}" * DEPTH}
    records = [
        event("e1"),
        *({**event(f"id {kind}"), "mentor_id": f"<{kind}>"} for kind in deep),
        *({**event(f"note {kind}"), "note": f"<{kind}>"} for kind in deep),
        *(f"<{kind}>" for kind in deep),
        event("e8"),
    ]
    text = form(records)
    for kind, value in deep.items():
        text = text.replace(f'"<{kind}>"', value)
    path = tmp_path / "booking_events.json"
    path.write_text(text, encoding="utf-8")
    found = processes.land("events", path, MENTOR_MAX_REJECTED_PCT="100")
    assert found["refusal"] is None
    assert found["loaded"] == [1, 4, 5, 8]
    assert found["rejected"] == [
        [2, "malformed_record"],
        [3, "malformed_record"],
        [6, "malformed_record"],
        [7, "missing_value"],
    ]


@pytest.mark.parametrize("form", [array, lines])
def test_nesting_that_is_not_closed(form: Form, bench: Bench) -> None:
    """A record that opens a million levels and closes none spoils its line, or its array."""
    text = form([event("e1"), "<deep>", event("e3")]).replace('"<deep>"', "[" * DEPTH)
    path = bench.write("events", text)
    found = processes.land("events", path, MENTOR_MAX_REJECTED_PCT="100")
    if form is lines:
        assert found["rejected"] == [[2, "malformed_record"]]
    else:
        assert "cannot be parsed to its end: Malformed JSON" in found["refusal"]


def test_memory_may_be_short(tmp_path: Path) -> None:
    """A table of 60 MB lands where DuckDB may have 200 MB: it is read in small pieces."""
    path = tmp_path / "users_db_export.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(USERS_HEADER)
        for number in range(60_000):
            file.write(f"{number},{'C' * 1000},2031-01-05,active\n")
    found = processes.land("users", path, MENTOR_MEMORY_LIMIT="200MB")
    assert found["refusal"] is None
    assert len(found["loaded"]) == 60_000
