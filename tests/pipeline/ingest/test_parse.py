"""A file is read as it was meant, however it is written; what cannot be read to its end is refused."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import USERS_HEADER, Bench, array, event, events, lines, user, users

THREE = users(3)
THREE_ROWS = [(number, str(number), "C-1", "2031-01-05", "active") for number in (1, 2, 3)]

READABLE = {
    "line feeds": THREE,
    "CRLF": THREE.replace("\n", "\r\n"),
    "CR": THREE.replace("\n", "\r"),
    "CRLF and LF": THREE.replace("\n", "\r\n", 2),
    "byte order mark": "\ufeff" + THREE,
    "byte order mark and CRLF": "\ufeff" + THREE.replace("\n", "\r\n"),
    "no last line end": THREE.rstrip("\n"),
    "blank lines": "\n\n" + THREE.replace("\n", "\n\n"),
    "blank lines of CRLF": "\r\n" + THREE.replace("\n", "\r\n\r\n"),
    "lines of white space": THREE.replace("\n", "\n \t \n"),
    "names between spaces": THREE.replace("user_id", " user_id "),
    "everything quoted": "\n".join(
        ",".join(f'"{field}"' for field in line.split(",")) for line in THREE.splitlines()
    ),
    "other order": "status,signup_date,company_id,user_id\n"
    + "".join(f"active,2031-01-05,C-1,{number}\n" for number in (1, 2, 3)),
}


@pytest.mark.parametrize("form", READABLE)
def test_tables_are_read_however_they_are_written(form: str, bench: Bench) -> None:
    """Encoding marks, line ends, blank lines and the columns' order change no row."""
    bench.land("users", READABLE[form])
    assert bench.loaded("users") == THREE_ROWS
    assert bench.rejected() == []


@pytest.mark.parametrize("row", [0, 1], ids=["header", "row"])
def test_quoted_fields_may_be_long(row: int, bench: Bench) -> None:
    """Longer than Python's reader takes by default, whose limit is as before for the rest of the process."""
    limit = csv.field_size_limit()
    rows = THREE.splitlines()
    rows = [f'{line},"{"x" * (limit + 1 if place == row else 1)}"' for place, line in enumerate(rows)]
    bench.land("users", "\n".join(rows) + "\n")
    assert bench.loaded("users") == THREE_ROWS
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_quoted_fields_hold_commas_quotes_and_line_breaks(line_end: str, bench: Bench) -> None:
    """A quoted field is one field, and a rejected row's text is quoted where it has to be."""
    company = f'C, "the" {line_end}second'
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(USERS_HEADER.strip().split(","))
    for number in range(1, 21):
        writer.writerow([number, company, "2031-01-05", "paused" if number == 7 else "active"])
    bench.land("users", text.getvalue())
    assert {row[2] for row in bench.loaded("users")} == {company}
    ((number, _, rejected),) = bench.rejected()
    assert (number, next(csv.reader(io.StringIO(rejected, newline="")))) == (
        7,
        ["7", company, "2031-01-05", "paused"],
    )


def test_extra_columns_are_ignored_and_reported(bench: Bench) -> None:
    """Unknown columns change nothing and are named, so that a new export format is noticed."""
    content = f"source,{USERS_HEADER.strip()},note\n" + "".join(
        f"x,{user(number).strip()},\n" for number in (1, 2, 3)
    )
    assert bench.land("users", content).ignored_columns == ["source", "note"]
    assert bench.loaded("users") == THREE_ROWS
    for form in (array, lines):
        landed = bench.land("events", form([event("e1", zone={"a": [1]}), event("e2", channel="app")]))
        assert landed.ignored_columns == ["channel", "zone"]
        assert landed.rows_loaded == 2


def test_rows_with_too_few_or_too_many_fields_are_malformed(bench: Bench) -> None:
    """A row that does not fit the header is no row, even where the spare field is empty."""
    odd = ["21,C-1,2031-01-05\n", "22,C-1,2031-01-05,active,\n", "23,C-1,2031-01-05,active,x,y\n", "#\n"]
    bench.land("users", users(100) + "".join(odd) + user(24, "churned"))
    assert bench.rejected()[:-1] == [
        (100 + place, "malformed_record", line.strip()) for place, line in enumerate(odd, start=1)
    ]
    assert bench.rejected()[-1][:2] == (105, "conflicting_duplicate")


def test_nul_bytes_in_a_table_are_rejected_with_their_row(bench: Bench) -> None:
    """A NUL byte spoils its row only, wherever it stands, and cuts nothing off its text."""
    odd = [
        "7\x007,C-1,2031-01-05,active",
        "\x0078,C-1,2031-01-05,active",
        "79,\x00,2031-01-05,active",
        "\x00",
    ]
    bench.land("users", users(100) + "".join(f"{line}\n" for line in odd) + user(101))
    assert bench.rejected() == [
        (100 + place, "malformed_record", line) for place, line in enumerate(odd, start=1)
    ]
    assert bench.loaded("users")[-1][:2] == (105, "101")


def test_nul_bytes_in_lines_of_json_are_rejected_with_their_row(bench: Bench) -> None:
    """A raw NUL byte makes its line no JSON; nothing of the line is lost, nor the line itself."""
    record = json.dumps(event("e0"))
    odd = [record.replace("K1", "K\x001"), f"\x00{record}", f"{record}\x00", "\x00\x00"]
    good = lines(events(100))
    bench.land("events", good + "".join(f"{line}\n" for line in odd) + json.dumps(event("e101")))
    assert bench.rejected() == [
        (100 + place, "malformed_record", line) for place, line in enumerate(odd, start=1)
    ]
    assert bench.loaded("events")[-1][:2] == (105, "e101")


@pytest.mark.parametrize("first", ["[]", "[1, {}]", ' ["e0"]\r'])
def test_lines_may_begin_with_one_that_is_an_array(first: str, bench: Bench) -> None:
    """A bracket does not make the file an array where its first line closes it and more follows."""
    bench.land("events", f"{first}\n{lines(events(40))}")
    assert bench.rejected() == [(1, "malformed_record", first.rstrip("\r"))]
    assert bench.loaded("events")[-1][:2] == (41, "e40")


@pytest.mark.parametrize("form", [array, lines])
def test_an_escaped_nul_is_malformed_where_it_would_be_loaded(
    form: Callable[[list[Any]], str], bench: Bench
) -> None:
    """No value of raw has a NUL in it; a column that is ignored may hold what it wants."""
    records = [*events(40), event("e41", mentor_id="K\x001"), event("e42", note="\x00")]
    bench.land("events", form(records))
    assert [(number, reason) for number, reason, _ in bench.rejected()] == [(41, "malformed_record")]
    assert json.loads(bench.rejected()[0][2]) == records[40]


def test_a_raw_nul_in_an_array_is_refused(bench: Bench) -> None:
    """What is no JSON as a whole cannot be read to its end."""
    with pytest.raises(FileRefused, match=r"booking_events.json cannot be parsed to its end: .*control char"):
        bench.land("events", array(events(30)).replace("e7", "e\x007"))


def test_broken_lines_are_rejected_and_the_others_load(bench: Bench) -> None:
    """One object a line: a line that is none is rejected with its text; blank lines are no rows."""
    two_in_one = json.dumps(event("e1")) + json.dumps(event("e2"))
    odd = ['{"event_id": "x",', "nonsense", two_in_one, '{"event_id": "\\ud800"}']
    for line_end in ("\n", "\r\n"):
        text = "\n \t\n" + lines(events(100)) + "".join(f"{line}\n\n" for line in odd) + lines([event("z")])
        bench.land("events", text.replace("\n", line_end))
        assert bench.rejected() == [
            (100 + place, "malformed_record", line) for place, line in enumerate(odd, start=1)
        ]
        assert bench.loaded("events")[-1][:2] == (105, "z")


def test_values_of_several_megabytes_load(bench: Bench) -> None:
    """A long value is no fault, nor is a deeply nested one in a column that is ignored."""
    long = "K" * 5_000_000
    deep = "[" * 2000 + "]" * 2000
    nested = json.dumps(event("e2"))[:-1] + f', "note": {deep}}}'
    first = json.dumps(event("e1", mentor_id=long))
    for text in (f"[{first}, {nested}]", f"{first}\n{nested}\n"):
        assert bench.land("events", text).rows_loaded == 2
        assert bench.loaded("events")[0][3] == long
    company = "C\n," * 1_000_000
    bench.land("users", users(1) + f'2,"{company}",2031-01-05,active\n')
    assert bench.loaded("users")[1][2] == company


ONE = json.dumps(event("e1"))
TWO = array(events(2))

UNREADABLE_EVENTS = {
    "cut inside a record": (TWO[:-20], "array is not closed"),
    "cut behind a record": (TWO[:-1], "array is not closed"),
    "cut behind a comma": (f"[{ONE},", "array is not closed"),
    "cut behind a comma and a line": (f"[\n{ONE},\n", "array is not closed"),
    "cut behind the bracket": ("[", "array is not closed"),
    "comma without a record": (f"[{ONE},]", "Malformed JSON"),
    "no comma": (TWO.replace("}, {", "} {"), "Malformed JSON"),
    "two arrays": (TWO + TWO, "Malformed JSON"),
    "text behind the array": (TWO + "x", "array is not closed"),
    "a broken record": (TWO.replace('"K1"', "K1", 1), "Malformed JSON"),
    "half a character": (TWO.replace("K1", "\\ud800", 1), "Malformed JSON"),
}


@pytest.mark.parametrize("fault", UNREADABLE_EVENTS)
def test_an_array_that_cannot_be_read_to_its_end_is_refused(fault: str, bench: Bench) -> None:
    """Nothing loads of an array that is cut off or broken: it may lack any number of records."""
    content, found = UNREADABLE_EVENTS[fault]
    with pytest.raises(FileRefused) as refusal:
        bench.land("events", content)
    message = str(refusal.value)
    assert message.startswith("booking_events.json cannot be parsed to its end: ")
    assert found in message
    advice = (
        "correct the export and deliver it again" if content.endswith("]") else "deliver the whole file again"
    )
    assert message.endswith(f"Expected a JSON array, or one object a line; {advice}.")


CUT_OFF = {
    "inside the last row": ("users", users(30) + "31,C-1,20"),
    "inside the last value": ("users", users(30) + "31,C-1,2031-01-05,act"),
    "before the last value": ("users", users(30) + "31,C-1,2031-01-05,"),
    "inside the last line": ("events", lines(events(30))[:-20]),
}


@pytest.mark.parametrize("where", CUT_OFF)
def test_a_last_row_that_is_cut_off_refuses_the_file(where: str, bench: Bench) -> None:
    """A last row without an end and without sense is the sign of a file that lacks more."""
    with pytest.raises(
        FileRefused, match=r"is truncated: row 3[01], its last, is incomplete .*whole last row"
    ):
        bench.land(*CUT_OFF[where])


WHOLE = {
    "a wrong value that a comma ends": ("users", users(30) + "31,C-1,soon,active", "invalid_date"),
    "a known key": ("users", users(30) + "30,C-2,2031-01-05,active", "conflicting_duplicate"),
    "an object that lacks values": ("events", lines(events(30)) + '{"event_id": "e31"}', "missing_value"),
    "a value that is no object": ("events", lines(events(30)) + "42", "malformed_record"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_last_row_that_is_whole_is_judged_by_itself(case: str, bench: Bench) -> None:
    """Many exports end without a line end: a bad last row that is whole refuses nothing but itself."""
    source, content, reason = WHOLE[case]
    assert bench.land(source, content).rows_loaded == 30
    assert [(number, why) for number, why, _ in bench.rejected()] == [(31, reason)]


def test_an_open_quote_refuses_the_file(bench: Bench) -> None:
    """A quote that is never closed swallows the rest of the file."""
    with pytest.raises(FileRefused, match="found 1 double quotes, so one is open"):
        bench.land("users", users(30) + '31,"C-1,2031-01-05,active\n' + user(32))


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u200b", "\ufeff"])
def test_blanks_around_a_name_of_the_header_are_dropped(blank: str, bench: Bench) -> None:
    """A no-break space looks like a space, and a zero-width one like nothing."""
    header = ",".join(f"{blank}{name}{blank}" for name in USERS_HEADER.strip().split(","))
    assert bench.land("users", f"{header}\n{user(1)}").rows_loaded == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "user_id,company_id,signup_date\n1,C,2031-01-05\n",
            "lacks the column status: found user_id, company_id",
        ),
        *((THREE.replace(",", sign), "lacks the column user_id, company_id, signup_date") for sign in ";\t|"),
        (THREE.replace("company_id", "status"), "lacks the column company_id"),
        (f"status,{USERS_HEADER}active,{user(1)}", "has the column status twice"),
        (THREE.replace("status", "sta\x00tus"), "lacks the column status"),
    ],
)
def test_a_header_without_the_columns_refuses_the_file(content: str, message: str, bench: Bench) -> None:
    """The message says which column, what the header has, and what it must have."""
    with pytest.raises(FileRefused) as refusal:
        bench.land("users", content)
    assert message in str(refusal.value)
    other = next((sign for sign in (";", "\t", "|") if sign in content), None)
    advice = f"export it with commas instead of {other!r}" if other else "correct the header"
    assert f"Expected user_id, company_id, signup_date, status; {advice} and deliver" in str(refusal.value)


@pytest.mark.parametrize("form", [array, lines])
def test_a_column_that_no_event_has_refuses_the_file(form: Callable[[list[Any]], str], bench: Bench) -> None:
    """JSON has no header: a column is missing when no record has it."""
    records = [{key: value for key, value in record.items() if key != "timestamp"} for record in events(3)]
    with pytest.raises(
        FileRefused, match=r"lacks the column timestamp: found event_id, user_id, .* 3 records"
    ):
        bench.land("events", form(records))
