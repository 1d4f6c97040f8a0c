"""The tables of schema `raw`, in the build or in another database that holds them.

- `loads`, the ledger: one row per delivered file that changed the state, was refused or was withdrawn.
- a table of each source's name: one row per accepted row, as text.
- `rejected_rows`: one row per row of an accepted file that was not accepted.

The engine keeps the sources' rows, and may show them as views.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core.settings import declared
from include.pipeline.core.source import Source
from include.pipeline.engines.chosen import storage

ACCEPTED = "accepted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"

Load = dict[str, Any]
"""A row of `raw.loads`."""


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema and its tables unless they exist."""
    connection.execute("create schema if not exists raw")
    connection.execute(
        """
        create table if not exists raw.loads (
            load_id integer primary key,
            source varchar not null,
            file_name varchar not null,
            sha256 varchar not null,
            size_bytes bigint not null,
            rows_in_file bigint not null,
            rows_loaded bigint not null,
            rows_rejected bigint not null,
            rows_duplicate bigint not null,
            ignored_columns varchar[] not null,
            data_date date not null,
            redelivered_on date[] not null,
            content_load_id integer not null,
            status varchar not null,
            reason varchar,
            origin varchar not null,
            loaded_at timestamp not null,
            values_trimmed bigint default 0
        )
        """
    )
    # Builds of earlier versions lack it.
    connection.execute("alter table raw.loads add column if not exists values_trimmed bigint default 0")
    connection.execute(
        """
        create table if not exists raw.rejected_rows (
            load_id integer not null,
            source varchar not null,
            row_number bigint not null,
            reason varchar not null,
            row_text varchar
        )
        """
    )
    for source in declared().sources:
        storage().create_raw(connection, source)


def loads(connection: duckdb.DuckDBPyConnection) -> list[Load]:
    """Return the rows of the ledger in the order of the loads."""
    cursor = connection.execute("select * from raw.loads order by load_id")
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put_loads(connection: duckdb.DuckDBPyConnection, rows: Iterable[Load]) -> None:
    """Insert rows into the ledger, or replace those of the same id."""
    for row in rows:
        connection.execute("insert or replace into raw.loads by name select unnest($row)", {"row": row})


def add_landed(
    connection: duckdb.DuckDBPyConnection, source: Source, load_id: int, loaded_at: datetime, landing: Path
) -> None:
    """Add the rows of one landed file as those of a load.

    Args:
        connection: of the build, or of another database with a raw layer.
        source: whose rows they are.
        load_id: of the load.
        loaded_at: when it was accepted, UTC.
        landing: path of the landing, which is attached as `landing`.
    """
    storage().add_load(connection, source, load_id, loaded_at, landing)
    connection.execute(
        """
        insert into raw.rejected_rows
        select $load_id, source, row_number, reason, row_text
        from landing.delivered.rejected_rows
        where source = $source
        order by row_number
        """,
        {"load_id": load_id, "source": source.name},
    )


def copy_rows(connection: duckdb.DuckDBPyConnection, source: Source, load_id: int) -> int:
    """Add the rows that the database attached as `donor` has of a load; return how many were accepted."""
    copied = storage().copy_load(connection, source, load_id)
    connection.execute(
        "insert into raw.rejected_rows by name from donor.raw.rejected_rows where load_id = $load_id"
        " order by row_number",
        {"load_id": load_id},
    )
    return copied
