"""The tables of schema `raw`, in the build or in another database that holds them.

- `loads`, the ledger: one row per delivered file that changed the state, was refused or was withdrawn.
- a table of each source's name: one row per accepted row, as text; a row of a snapshot is there once, for all
  loads that have it, and view `<source>_by_load` says which they are.
- `removed_keys`: one row per key of a snapshot's row that a load lacks, though the load before had it.
- `rejected_rows`: one row per row of an accepted file that was not accepted.
- `prefixes` and `repeats`: what known_prefix.py needs of accepted files.

The engine keeps the sources' rows, and may show them as views.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core import snapshot_rows
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
    connection.execute(
        "create table if not exists raw.prefixes (load_id integer primary key, source varchar not null,"
        " size_bytes bigint not null, sha256 varchar not null, begins_with integer)"
    )
    connection.execute(
        "create table if not exists raw.repeats (load_id integer not null, source varchar not null,"
        " row_number bigint not null, rows bigint not null, of_load_id integer not null,"
        " of_row_number bigint not null)"
    )
    is_of_earlier_version = not _has(connection, "removed_keys")
    connection.execute(
        "create table if not exists raw.removed_keys"
        " (load_id integer not null, source varchar not null, row_key varchar not null)"
    )
    for source in declared().sources:
        storage().create_raw(connection, source)
        if source.is_snapshot:
            view, rows = snapshot_rows.view_of(source), snapshot_rows.by_load(source)
            connection.execute(f"create or replace view raw.{view} as {rows}")
            for load in loads(connection) if is_of_earlier_version else ():
                before = _before(connection, "raw", source, load["load_id"])
                if before is not None and _holds_content(load, source):
                    _find_removed_keys(connection, source, before, load["load_id"], "raw")


def loads(connection: duckdb.DuckDBPyConnection) -> list[Load]:
    """Return the rows of the ledger in the order of the loads."""
    cursor = connection.execute("select * from raw.loads order by load_id")
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put_loads(connection: duckdb.DuckDBPyConnection, rows: Iterable[Load]) -> None:
    """Insert rows into the ledger, or replace those of the same id."""
    for row in rows:
        connection.execute("insert or replace into raw.loads by name select unnest($row)", {"row": row})


def _has(connection: duckdb.DuckDBPyConnection, table: str, database: str | None = None) -> bool:
    """Whether a table is there. Without `removed_keys`, each load has all rows of its file."""
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where table_name = $table and schema_name = 'raw'"
            " and database_name = coalesce($database, current_database())",
            {"table": table, "database": database},
        ).fetchone()
    )


def _holds_content(load: Load, source: Source) -> bool:
    is_accepted = load["source"] == source.name and load["status"] == ACCEPTED
    return is_accepted and load["content_load_id"] == load["load_id"]


def _find_removed_keys(
    connection: duckdb.DuckDBPyConnection, source: Source, before: int, load_id: int, rows: str
) -> None:
    """Find the keys that a load lacks and the load before has, in rows of an earlier version."""
    key = f'"{source.key}"'
    connection.execute(
        f"""
        insert into raw.removed_keys
        select $load_id, $source, {key} from {rows}.{source.name} where _load_id = $before
        except
        select $load_id, $source, {key} from {rows}.{source.name} where _load_id = $load_id
        """,
        {"load_id": load_id, "source": source.name, "before": before},
    )


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
    if source.is_snapshot:
        connection.execute(
            f"""
            insert into raw.removed_keys
            select $load_id, $source, before."{source.key}"
            from ({snapshot_rows.of_load(source, str(load_id - 1))}) as before
            anti join landing.delivered.{source.name} as found on before."{source.key}" = found."{source.key}"
            """,
            {"load_id": load_id, "source": source.name},
        )
    storage().add_load(connection, source, load_id, loaded_at, landing, _changed(source, load_id))
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
    connection.execute(
        """
        insert into raw.prefixes
        select $load_id, source, size_bytes, sha256, begins_with
        from landing.delivered.prefixes
        where source = $source
        """,
        {"load_id": load_id, "source": source.name},
    )
    connection.execute(
        """
        insert into raw.repeats
        select $load_id, source, row_number, rows, coalesce(of_load_id, $load_id), of_row_number
        from landing.delivered.repeats
        where source = $source
        """,
        {"load_id": load_id, "source": source.name},
    )


def _changed(source: Source, load_id: int) -> str:
    """Return a query of the landed rows that a load adds, with their `_row_number`."""
    columns = ", ".join(f'found."{column}"' for column in source.columns)
    rows = f"select {columns}, found._row_number from landing.delivered.{source.name} as found"
    if not source.is_snapshot:
        return f"{rows} where not found._is_duplicate"
    # An anti join on more than the key would compare each row with every other one.
    return f"""
        {rows}
        left join ({snapshot_rows.of_load(source, str(load_id - 1))}) as before
            on before."{source.key}" = found."{source.key}"
        where not found._is_duplicate and not coalesce({source.same("before", "found")}, false)
        """


def copy_rows(connection: duckdb.DuckDBPyConnection, source: Source, load_id: int) -> int | None:
    """Add the rows that the database attached as `donor` has of a load.

    Returns:
        How many rows the load has; None where the donor cannot tell: what it stored of a snapshot is what
        changed after another load.
    """
    before = _before(connection, "raw", source, load_id)
    if source.is_snapshot and before != _before(connection, "donor.raw", source, load_id):
        return None
    storage().copy_load(connection, source, load_id)
    if _has(connection, "removed_keys", "donor"):
        connection.execute(
            "insert into raw.removed_keys by name from donor.raw.removed_keys where load_id = $load_id",
            {"load_id": load_id},
        )
    elif before is not None and source.is_snapshot:
        _find_removed_keys(connection, source, before, load_id, "donor.raw")
    connection.execute(
        "insert into raw.rejected_rows by name from donor.raw.rejected_rows where load_id = $load_id"
        " order by row_number",
        {"load_id": load_id},
    )
    # A database of an earlier version lacks them: the next export that begins with this file is parsed.
    for table in ("prefixes", "repeats"):
        if _has(connection, table, "donor"):
            connection.execute(
                f"insert into raw.{table} by name from donor.raw.{table} where load_id = ?", [load_id]
            )
    rows = (
        snapshot_rows.of_load(source, "$load_id")
        if source.is_snapshot
        else f"select 1 from raw.{source.name} where _load_id = $load_id"
    )
    ((found,),) = connection.execute(f"select count(*) from ({rows})", {"load_id": load_id}).fetchall()
    return int(found)


def _before(connection: duckdb.DuckDBPyConnection, raw: str, source: Source, load_id: int) -> int | None:
    """The last load of a source that holds a content, before a load."""
    ((before,),) = connection.execute(
        f"""
        select max(load_id)
        from {raw}.loads
        where source = $source and status = $accepted and content_load_id = load_id and load_id < $load_id
        """,
        {"source": source.name, "accepted": ACCEPTED, "load_id": load_id},
    ).fetchall()
    return before
