"""The commands for those who read the published database: a query, and where it is."""

import shlex
from collections.abc import Iterator

import duckdb

from include.pipeline.cli.aligned_table import aligned
from include.pipeline.core import warehouse
from include.pipeline.core.errors import UserFacingError
from include.pipeline.publish import versions

MAX_ROWS = 1_000


class QueryRefused(UserFacingError):
    """DuckDB does not answer a query."""


def query(sql: str) -> Iterator[str]:
    """Yield the rows of a query on the published database as an aligned table, and how many there are.

    Raises:
        QueryRefused: there is no query, or DuckDB does not answer it.
        WarehouseInvalid: nothing is published.
    """
    published = warehouse.require_published()
    expected = 'Expected SQL that reads its tables; `make query SQL="show all tables"` lists them.'
    try:
        if not duckdb.extract_statements(sql):
            raise QueryRefused(f"There is nothing to ask the published database: found no SQL. {expected}")
        with warehouse.connect(published, read_only=True) as connection:
            found = connection.execute(sql)
            names = [column[0] for column in found.description or []]
            rows = found.fetchmany(MAX_ROWS + 1)
    except duckdb.Error as error:
        # After the first paragraph DuckDB repeats the query.
        reason = " ".join(str(error).partition("\n\n")[0].split())
        raise QueryRefused(f"The published database does not answer: found `{reason}`. {expected}") from error
    yield from aligned(names, rows[:MAX_ROWS])
    if len(rows) > MAX_ROWS:
        yield f"The first {MAX_ROWS:,} rows; there are more. `make database` says how to open all of them."
    else:
        yield f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"


def describe() -> Iterator[str]:
    """Yield where the published database is, its version, and the two ways to open it.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    published = warehouse.require_published()
    yield str(published)
    if version := versions.published():
        manifest = version.manifest
        megabytes = manifest["database"]["size_bytes"] / 1_000_000
        yield (
            f"version {version.number}, published at {manifest['published_at']} by {manifest['run_id']},"
            f" {megabytes:.1f} MB"
        )
    yield f"DuckDB's program: duckdb -readonly {shlex.quote(str(published))}"
    yield f"Python:           duckdb.connect({str(published)!r}, read_only=True)"
