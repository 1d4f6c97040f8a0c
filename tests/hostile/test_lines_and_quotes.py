"""However lines end and quotes stand: every row comes out as it went in, or the file is refused."""

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared
from include.pipeline.ingest import parse
from include.pipeline.ingest.delivery import identify
from include.pipeline.ingest.parse_json import DELIMITER
from tests.support.deliveries import USERS_HEADER, Bench, event, events, lines, user, users

FILES = 400
LINE_ENDS = ("\n", "\r\n", "\r")
PIECES = (",", ",", ",", '"', '"', '""', '"a"', '"a,b"', "a", "1", " ", "\0", "ü", *LINE_ENDS)
UNQUOTED = [piece for piece in PIECES if '"' not in piece]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a database of no file."""
    with duckdb.connect() as connection:
        yield connection


def parsed(connection: duckdb.DuckDBPyConnection, source: str, content: str, folder: Path) -> list[str]:
    """Return the texts of the rows that are read from the content."""
    path = folder / declared().source(source).file_name
    path.write_bytes(content.encode())
    file = identify(declared().source(source), path)
    if file.fault:
        raise FileRefused(file.fault)
    parse.parse(connection, declared().source(source), file)
    rows = connection.execute("select _text from parsed order by _row_number").fetchall()
    return [text for (text,) in rows]


def reread(rows: list[str]) -> list[list[str]]:
    """Return the fields of rows of a table."""
    return [next(csv.reader(io.StringIO(row, newline=""))) for row in rows]


def tables(pieces: list[str] | tuple[str, ...]) -> Iterator[str]:
    """Yield tables of good rows and of pieces in any order, whose lines end in any way."""
    chance = random.Random(7)
    for _ in range(FILES):
        rows = [
            "".join(chance.choices(pieces, k=chance.randrange(1, 12))) if chance.random() < 0.5 else "1,C,d,s"
            for _ in range(chance.randrange(1, 6))
        ]
        yield "".join(row + chance.choice(LINE_ENDS) for row in (USERS_HEADER.strip(), *rows))


def is_filled(fields: list[str]) -> bool:
    """Return whether a row is no blank or empty one; one of a quoted line break is none."""
    return any(re.search(r"[^\t\f ]", field) for field in fields)


def test_tables_without_quotes_are_read_as_python_reads_them(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """No mixture of line ends joins two rows, takes a character off one, or leaves one out."""
    for content in tables(UNQUOTED):
        expected = [row for row in csv.reader(io.StringIO(content, newline="")) if is_filled(row)][1:]
        if expected:
            assert reread(parsed(connection, "users", content, tmp_path)) == expected, repr(content)


def test_tables_of_even_rows_are_read_as_python_reads_them(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A row among even ones that has a field less, or an empty one more, keeps what it has."""
    chance = random.Random(11)
    pieces = ("1,C,d,s", "1,C,d,s", "1,C,d,s", "1,C,d,s,", "1,C,d", ",,,", "", " ", "1,\0,d,s", "1, C,ü,s ")
    for _ in range(FILES):
        rows = [USERS_HEADER.strip(), *chance.choices(pieces, k=chance.randrange(1, 6))]
        content = "\n".join(rows) + chance.choice(("\n", ""))
        expected = [row for row in csv.reader(io.StringIO(content, newline="")) if is_filled(row)][1:]
        if expected:
            assert reread(parsed(connection, "users", content, tmp_path)) == expected, repr(content)


def test_tables_with_quotes_are_read_as_python_reads_them_or_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A quote out of place makes DuckDB leave out rows without a word: such a file must not pass."""
    read = refused = 0
    for content in tables(PIECES):
        try:
            found = reread(parsed(connection, "users", content, tmp_path))
        except FileRefused as refusal:
            refused += 1
            assert "cannot be parsed to its end" in str(refusal)
            continue
        expected = csv.reader(io.StringIO(content, newline=""), strict=True)
        assert found == [row for row in expected if is_filled(row)][1:], repr(content)
        read += 1
    assert read > 100 and refused > 100


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ('1,5" pipes,2031-01-05,active\n2,"pipes,2031-01-05,active\n', "its double quotes do not fit"),
        ('1,"C" and "D",2031-01-05,active\n', "its double quotes do not fit"),
        ('1, "C, D",2031-01-05,active\n', "can be read in two ways"),
        ('1,"C,2031-01-05,active\n', "so one is open"),
    ],
)
def test_quotes_out_of_place_refuse_the_file(rows: str, what: str, bench: Bench) -> None:
    """Nobody knows where such a field ends, so no row behind it is safe."""
    with pytest.raises(FileRefused, match=f"cannot be parsed to its end: .*{what}.*deliver the whole file"):
        bench.land("users", users(30) + rows + user(31))


def test_quotes_inside_a_field_are_part_of_it(bench: Bench) -> None:
    """A quote that begins no field is a sign like any other, however many there are."""
    content = users(20) + '21,5" and 6" pipes,2031-01-05,active\n22,"5"" ""pipes""",2031-01-05,active\n'
    bench.land("users", content)
    assert [row[2] for row in bench.loaded("users")[20:]] == ['5" and 6" pipes', '5" "pipes"']


def test_empty_rows_above_the_header(bench: Bench) -> None:
    """A sheet that begins with rows of nothing still has its header."""
    for above in ("\n", ",,,\n", "\n,,,\n\r\n , ,,\n", '"",""\n'):
        bench.land("users", above + users(3))
        assert [row[1] for row in bench.loaded("users")] == ["1", "2", "3"]


def test_a_header_may_have_line_breaks(bench: Bench) -> None:
    """A quoted name of several lines is one name, and the rows begin behind it."""
    landed = bench.land("users", f'"a\nnote",{USERS_HEADER}' + "".join(f"x,{user(n)}" for n in (1, 2, 3)))
    assert landed.ignored_columns == ["a\\nnote"]
    assert [row[1] for row in bench.loaded("users")] == ["1", "2", "3"]


def test_a_row_of_many_fields_refuses_the_file(bench: Bench) -> None:
    """A row that goes on and on is no row, and its text could not be kept."""
    with pytest.raises(FileRefused, match=r"row 31 has more than 35 fields"):
        bench.land("users", users(30) + "31,C-1,2031-01-05,active" + ",x" * 40 + "\n")


def test_lines_of_json_may_end_in_any_way(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """No mixture of line ends joins two records, takes a character off one, or leaves one out."""
    chance = random.Random(8)
    for _ in range(FILES // 2):
        rows = [
            chance.choice(["x", "{", "]", '"', json.dumps(event("e"))]) for _ in range(chance.randrange(1, 7))
        ]
        # An array is another form.
        rows[0] = json.dumps(event("first"))
        content = "".join(row + chance.choice((*LINE_ENDS, "\n\n", "\r\r", "\n\r")) for row in rows)
        assert parsed(connection, "events", content, tmp_path) == rows, repr(content)


@pytest.mark.parametrize(
    "odd", [DELIMITER, f"{DELIMITER}x", f"x{DELIMITER}", "\ue000null\ue000", "\\N", "NULL"]
)
def test_no_line_is_a_null_or_ends_early(odd: str, bench: Bench) -> None:
    """What the reader uses for its own ends is never taken for the end of a line, nor for no line."""
    record = json.dumps(event("e0"))
    text = f"{lines(events(100))}{odd}\n{record}{odd}\n"
    bench.land("events", text)
    assert bench.rejected() == [
        (101, "malformed_record", odd),
        (102, "malformed_record", f"{record}{odd}"),
    ]
