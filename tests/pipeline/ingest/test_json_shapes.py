"""JSON in another shape is read where it can mean one thing only; else the refusal says what it is."""

import json
from typing import Any

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import Bench, array, event, events, lines

RECORDS = events(20)
# Longer than what is read of a file at once.
LONG = [event(f"e{number}", note="x" * 100) for number in range(1, 8_001)]


def pretty(records: list[Any]) -> str:
    """Return records as jq writes them: one after the other, each over several lines."""
    return "".join(f"{json.dumps(record, indent=2)}\n" for record in records)


READABLE = {
    "an object around": json.dumps({"events": RECORDS}),
    "an object around, pretty": json.dumps({"events": RECORDS, "next": None}, indent=2),
    "an object around, with more": json.dumps(
        {"meta": {"pages": [1]}, "errors": [], "events": RECORDS, "links": [{"to": "x]}"}]}
    ),
    "objects around": "\ufeff" + json.dumps({"data": {"n": 20, "items": RECORDS}, "took": [3]}, indent=1),
    "objects over several lines": pretty(RECORDS),
    "objects over several lines, CRLF": pretty(RECORDS).replace("\n", "\r\n"),
    "objects in one line": "".join(map(json.dumps, RECORDS)),
    "objects in one line, spaced": " ".join(map(json.dumps, RECORDS)) + "\n",
    "commas between lines": ",\n".join(map(json.dumps, RECORDS)),
    "commas behind lines": ",\n".join(map(json.dumps, RECORDS)) + ",\n \n",
    "two byte order marks, array": "\ufeff\ufeff" + array(RECORDS),
    "two byte order marks, lines": "\ufeff\ufeff" + lines(RECORDS),
    "keys in capitals, array": array([{key.upper(): value for key, value in one.items()} for one in RECORDS]),
    "keys in capitals, lines": lines([{key.title(): value for key, value in one.items()} for one in RECORDS]),
    "keys with blanks": array([{f"{key}\u00a0": value for key, value in one.items()} for one in RECORDS]),
    "lines without a last end": lines(RECORDS).rstrip(),
    "lines that end in CR": lines(RECORDS).replace("\n", "\r"),
}


@pytest.mark.parametrize("shape", READABLE)
def test_other_shapes_are_read(shape: str, bench: Bench) -> None:
    """Every record, in the order of the file, and nothing is said of columns that are known."""
    landed = bench.land("events", READABLE[shape])
    assert (landed.rows_loaded, landed.rows_rejected, landed.ignored_columns) == (20, 0, [])
    assert [row[1] for row in bench.loaded("events")] == [record["event_id"] for record in RECORDS]


@pytest.mark.parametrize(
    "content", [json.dumps({"n": 1, "a": LONG}), pretty(LONG), "".join(map(json.dumps, LONG))]
)
def test_long_files_of_other_shapes_are_read(content: str, bench: Bench) -> None:
    """Their beginning says which shape they have; records across the pieces that are read stay whole."""
    assert bench.land("events", content).rows_loaded == len(LONG)


def test_records_keep_their_text(bench: Bench) -> None:
    """A number is its digits, and what is rejected is kept as it came."""
    ids = ["1e400", "12345678901234567890123", "7.5"]
    records = [event(f"e{number}", user_id="<id>") for number in range(60)]
    text = pretty([*records, event("odd", event_type="two\nlines")])
    for number in ids:
        text = text.replace('"<id>"', number, 1)
    bench.land("events", text)
    assert [row[2] for row in bench.loaded("events")[:3]] == ids
    ((number, reason, kept),) = bench.rejected()
    assert (number, reason, json.loads(kept)["event_type"]) == (61, "unknown_event_type", "two\nlines")


SERVER_ERROR = {"timestamp": "2031-01-01T00:00:00Z", "status": 500, "message": "x"}
REFUSED = {
    '{"error": {"code": 401}}': 'is no delivery but an error message: found {"error": {"code": 401}}.',
    json.dumps(SERVER_ERROR, indent=1): "is no delivery but an error message: found",
    '{"events": []}': "is one object without records, with the keys events: found",
    '{"rows": [[1, 2]], "n": 1}': "`jq -c '.\"rows\"[]' booking_events.json`",
    json.dumps({"old": RECORDS, "new": RECORDS}): "is one object with several arrays of records: found .old",
    json.dumps(
        {"next": "/?page=2", "events": RECORDS}
    ): 'is one page of an answer: found next "/?page=2" next',
    json.dumps(
        {"events": RECORDS, "meta": {"has_more": True}}
    ): "is one page of an answer: found has_more true",
    "// of May\n" + array(RECORDS): 'begins with "// of May". … remove what is above the array',
    "<!DOCTYPE html>\n<html>": 'is no JSON: it begins with "<!DOCTYPE html>"',
    "event_id,user_id\n1,2\n": 'is no JSON: it begins with "event_id,user_id"',
    json.dumps({"events": RECORDS})[:-40]: "is truncated: row 1, its last",
    pretty(RECORDS)[:-20]: "is truncated: row 20, its last",
    pretty(RECORDS).replace('e7"', "e7"): 'cannot be parsed to its end: record 7 is no JSON: "{',
    array([{"eventId": 1, "userId": 2}]): "lacks the column event_id, … : found eventId, userId in",
}


@pytest.mark.parametrize("content", REFUSED)
def test_what_cannot_be_read_is_named(content: str, bench: Bench) -> None:
    """The message says what the file is and what to do; only what ends too early is called truncated."""
    with pytest.raises(FileRefused) as refusal:
        bench.land("events", content)
    assert str(refusal.value).startswith("booking_events.json ")
    for said in REFUSED[content].split(" … "):
        assert said in str(refusal.value)


def test_a_page_is_known_by_what_stands_behind_its_records(bench: Bench) -> None:
    """The end of a long file is not in its beginning."""
    long = json.dumps({"events": events(20_000), "paging": {"next_cursor": "b7"}})
    with pytest.raises(FileRefused, match=r'one page of an answer: found next_cursor "b7" next to'):
        bench.land("events", long)


def test_two_keys_of_one_name_are_no_column(bench: Bench) -> None:
    """Nobody can tell which of them is meant."""
    twice = [
        {"User_ID" if name == "user_id" else name: value for name, value in one.items()} for one in RECORDS
    ]
    with pytest.raises(FileRefused, match="lacks the column user_id"):
        bench.land("events", array([one | {"USER_ID": "7"} for one in twice]))
