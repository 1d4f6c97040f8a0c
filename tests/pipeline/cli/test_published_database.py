"""`make query` and `make database`: what is published, as a person reads it in a terminal."""

import shlex
from pathlib import Path

import duckdb
import pytest

from include.pipeline.cli import published_database
from include.pipeline.cli.published_database import QueryRefused
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.publish import publication
from tests.pipeline.publish.test_publication import build
from tests.support.deliveries import Bench, publish


@pytest.fixture
def published(bench: Bench) -> Path:
    """Return the path of a published database, whose version is 1."""
    build(bench, 7)
    publish("a run")
    return settings().published_path


def asked(sql: str) -> list[str]:
    return list(published_database.query(sql))


def test_rows_are_an_aligned_table(published: Path) -> None:
    """Numbers are right-aligned; null is no empty text; no value moves the cursor or fills the screen."""
    values = "(1, 'a', 1.5), (200, null, -10.25), (3, '', null), (4, chr(27) || repeat('x', 500), 0)"
    lines = asked(f"select * from (values {values}) as t(id, name, amount)")
    assert lines[0].split() == ["id", "name", "amount"]
    assert lines[0].startswith(" id  name ") and lines[0].endswith("amount")
    assert [line.split() for line in lines[1:4]] == [
        *(["1", "a", "1.50"], ["200", "null", "-10.25"], ["3", "null"]),
    ]
    assert len({len(line) for line in lines[:5]}) == 1
    assert "\\x1bx" in lines[4] and "x…" in lines[4] and len(lines[4]) < 230
    assert lines[5] == "4 rows"
    assert asked("select version from reports.t") == ["version", "      7", "1 row"]
    assert asked("select version from reports.t where false") == ["version", "0 rows"]


def test_many_rows_are_truncated(published: Path) -> None:
    """And the last line says so; a thousand are not."""
    assert asked("from range(1000)")[-1] == "1,000 rows"
    lines = asked("from range(1001)")
    assert len(lines) == 1 + 1000 + 1
    assert lines[-1].startswith("The first 1,000 rows; there are more.")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("", "found no SQL"),
        (" \n", "found no SQL"),
        ("selec 1", "Parser Error: syntax error at or near"),
        ("select * from nothing", "Table with name nothing does not exist!"),
        ("select 'a'::int", "Could not convert string 'a' to INT32"),
        ("drop table reports.t", "read-only"),
        ("insert into reports.t values (8)", "read-only"),
        ("-- nothing", "found no SQL"),
    ],
)
def test_what_cannot_be_answered_is_one_line(published: Path, sql: str, found: str) -> None:
    """With DuckDB's reason and what was expected; nothing published changes."""
    before = published.read_bytes()
    with pytest.raises(QueryRefused) as refused:
        asked(sql)
    assert found in str(refused.value) and "Expected SQL that reads its tables" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert published.read_bytes() == before


def test_the_database_is_described_with_the_ways_to_open_it(published: Path, bench: Bench) -> None:
    """The version that readers open, and code that opens it."""
    build(bench, 8)
    publish("another run")
    publication.roll_back(1)
    path, version, program, python = published_database.describe()
    assert path == str(published)
    assert version.startswith("version 1, published at 20") and " by a run, " in version
    assert shlex.split(program.partition(": ")[2]) == ["duckdb", "-readonly", str(published)]
    connection = eval(python.partition(": ")[2].strip(), {"duckdb": duckdb})
    assert connection.sql("select version from reports.t").fetchall() == [(7,)]


def test_before_the_first_publication_there_is_nothing_to_ask(bench: Bench) -> None:
    """And the error names the command that publishes."""
    for answer in (published_database.query("select 1"), published_database.describe()):
        with pytest.raises(WarehouseInvalid, match="Expected a published database; run `make run`"):
            next(answer)
