"""The rows of the raw layer in the lake: a folder of Parquet for each load whose rows are stored.

Table `lake.parts` of a database names them: one row per load, `folder` in `raw/<source>/` of the lake. The
tables of schema `raw` that hold rows of a source are views of these folders.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from include.mentoring import warehouse
from include.mentoring.settings import settings
from include.mentoring.sources import EVENTS, Source

# Of the rows of a load beside the source's columns, with DuckDB's types.
OF_LOAD = {"_load_id": "integer", "_row_number": "bigint", "_loaded_at": "timestamp"}
# The day that an event's time has as it was written, for its folder inside of a part: event_date=2023-08-01.
EVENT_DATE = "event_date"


def create(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make the list of parts, where it is not there yet, and the view of the source's rows."""
    connection.execute("create schema if not exists lake")
    connection.execute(
        "create table if not exists lake.parts"
        " (load_id integer primary key, source varchar not null, folder varchar not null)"
    )
    _show(connection, source)


def add(
    connection: duckdb.DuckDBPyConnection, source: Source, query: str, parameters: dict[str, Any]
) -> None:
    """Store the rows of a load, if it has any.

    Args:
        connection: of the database that shall name them.
        source: whose rows they are.
        query: of the rows, with the source's columns and `OF_LOAD`.
        parameters: of the query; `load_id` among them.
    """
    load_id = parameters["load_id"]
    folder = f"part={load_id}-{uuid4().hex[:12]}"
    path = folder_of(source) / folder
    path.mkdir(parents=True)
    rows = connection.sql(query, params=parameters)
    if source is EVENTS:
        rows = rows.project(f'*, left("timestamp", 10) as {EVENT_DATE}')
        rows.write_parquet(str(path), partition_by=[EVENT_DATE], compression="zstd")
    else:
        rows.write_parquet(str(path / "rows.parquet"), compression="zstd")
    if not any(path.rglob("*.parquet")):
        # Of no events there is no day, and so no file.
        return
    connection.execute("insert into lake.parts values (?, ?, ?)", [load_id, source.name, folder])
    _show(connection, source)


def copy(connection: duckdb.DuckDBPyConnection, source: Source, load_id: int) -> int:
    """Name the part that the database attached as `donor` has of a load; return how many rows it has."""
    connection.execute("insert into lake.parts from donor.lake.parts where load_id = ?", [load_id])
    _show(connection, source)
    counted = connection.execute(
        f"select count(*) from raw.{source.name} where _load_id = ?", [load_id]
    ).fetchone()
    assert counted is not None
    return int(counted[0])


def folder_of(source: Source) -> Path:
    """Return the folder of a source's parts."""
    return settings().warehouse_dir / "raw" / source.name


def names(connection: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    """Return the names of the source's parts, in the order of their loads."""
    rows = connection.execute(
        "select folder from lake.parts where source = ? order by load_id", [source.name]
    ).fetchall()
    return [folder for (folder,) in rows]


def _show(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    types = dict.fromkeys(source.columns, "varchar") | OF_LOAD
    globs = _globs(connection, source)
    if globs:
        columns = ", ".join(f'"{column}"' for column in types)
        rows = f"select {columns} from read_parquet([{globs}], hive_partitioning = false)"
    else:
        columns = ", ".join(f'null::{kind} as "{column}"' for column, kind in types.items())
        rows = f"select {columns} where false"
    connection.execute(f"create or replace view raw.{source.name} as {rows}")


def _globs(connection: duckdb.DuckDBPyConnection, source: Source) -> str:
    """The files of all parts, as SQL: DuckDB binds no file names in a view."""
    return ", ".join(
        warehouse.literal(folder_of(source) / name / "**" / "*.parquet") for name in names(connection, source)
    )
