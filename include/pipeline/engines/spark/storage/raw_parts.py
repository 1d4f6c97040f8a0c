"""The rows of the raw layer in the lake: a folder of Parquet for each load whose rows are stored.

Table `lake.parts` of a database names them: one row per load, its rows in `raw/<source>/part=<part>/` of the
lake. A part's name begins with the number of its load. The tables of schema `raw` that hold rows of a source
are views of these folders.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.settings import settings
from include.pipeline.core.source import Source
from include.pipeline.engines.spark.storage.landed_rows import EVENT_DATE

# Columns of a raw table besides the source's, with DuckDB's types.
LOAD_COLUMNS = {"_load_id": "integer", "_row_number": "bigint", "_loaded_at": "timestamp"}


def create(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Create the list of parts, unless it exists, and the view of the source's rows."""
    connection.execute("create schema if not exists lake")
    connection.execute(
        "create table if not exists lake.parts"
        " (load_id integer primary key, source varchar not null, part varchar not null,"
        " loaded_at timestamp not null)"
    )
    _show(connection, source)


def add(
    connection: duckdb.DuckDBPyConnection, source: Source, load_id: int, loaded_at: datetime, rows: Path
) -> None:
    """Store landed rows, if there are any, as the rows of a load.

    Args:
        connection: of the database that will name them.
        source: whose rows they are.
        load_id: of the load.
        loaded_at: when it was accepted, UTC.
        rows: folder of the landed rows. Their files are linked: what was judged is what is stored.
    """
    if not rows.exists():
        return
    part = _new_part(load_id)
    shutil.copytree(rows, folder_of(source) / f"part={part}", copy_function=os.link)
    _name(connection, source, load_id, loaded_at, part)


def add_changed(
    connection: duckdb.DuckDBPyConnection, source: Source, load_id: int, loaded_at: datetime, rows: str
) -> None:
    """Store the rows of a query, if there are any, as those that a load of a snapshot adds; see `add`."""
    found = connection.sql(rows)
    if not found.limit(1).fetchone():
        return
    part = _new_part(load_id)
    folder = folder_of(source) / f"part={part}"
    folder.mkdir(parents=True)
    found.write_parquet(str(folder / "rows.parquet"), compression="zstd")
    _name(connection, source, load_id, loaded_at, part)


def copy(connection: duckdb.DuckDBPyConnection, source: Source, load_id: int) -> None:
    """Name the part that the database attached as `donor` has of a load."""
    connection.execute("insert into lake.parts from donor.lake.parts where load_id = ?", [load_id])
    _show(connection, source)


def folder_of(source: Source) -> Path:
    """Return the folder of a source's parts."""
    return settings().warehouse_dir / "raw" / source.name


def folders_by(source: Source) -> list[str]:
    """Return the columns that the folders of a source's rows are named for."""
    return ["part", EVENT_DATE] if source.time_column else ["part"]


def of_source(connection: duckdb.DuckDBPyConnection, source: Source) -> dict[str, datetime]:
    """Return when each of the source's parts was accepted, UTC, by its name and in the order of the loads."""
    rows = connection.execute(
        "select part, loaded_at from lake.parts where source = ? order by load_id", [source.name]
    ).fetchall()
    return dict(rows)


def _new_part(load_id: int) -> str:
    return f"{load_id}-{uuid4().hex[:12]}"


def _name(
    connection: duckdb.DuckDBPyConnection, source: Source, load_id: int, loaded_at: datetime, part: str
) -> None:
    connection.execute("insert into lake.parts values (?, ?, ?, ?)", [load_id, source.name, part, loaded_at])
    _show(connection, source)


def _show(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    found = of_source(connection, source)
    if found:
        columns = ", ".join(f'"{column}"' for column in source.columns)
        files = f"[{_globs(source, found)}], hive_partitioning = true, hive_types_autocast = false"
        rows = f"""
            select
                {columns},
                split_part(part, '-', 1)::integer as _load_id,
                _row_number,
                {_moments(found)}[part] as _loaded_at
            from read_parquet({files})
            """
    else:
        types = dict.fromkeys(source.columns, "varchar") | LOAD_COLUMNS
        columns = ", ".join(f'null::{kind} as "{column}"' for column, kind in types.items())
        rows = f"select {columns} where false"
    connection.execute(f"create or replace view raw.{source.name} as {rows}")


# DuckDB binds no values in a view.
def _globs(source: Source, found: Iterable[str]) -> str:
    """The files of all parts, as SQL."""
    return ", ".join(
        warehouse.literal(folder_of(source) / f"part={part}" / "**" / "*.parquet") for part in found
    )


def _moments(found: Mapping[str, datetime]) -> str:
    """When each part was accepted, as a map in SQL."""
    moments = ", ".join(f"'{part}': timestamp '{loaded_at}'" for part, loaded_at in found.items())
    return f"map {{{moments}}}"
