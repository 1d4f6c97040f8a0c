"""The rows of a delivery as Parquet: written when they land, judged in place, linked into raw when accepted.

Of a snapshot, raw gets only the rows that changed, in files of their own.

Next to the landing's database is a folder for each source, with one for rows that may enter raw and one for
duplicates; the landing's table of the source is a view of their files. Rows with a time are in
folders of their day.
"""

from pathlib import Path

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.atomic_files import remove
from include.pipeline.core.source import Source

# The day of an event's time as delivered, without conversion to UTC: event_date=2023-08-01.
EVENT_DATE = "event_date"
IS_DUPLICATE = "_is_duplicate"


def create(connection: duckdb.DuckDBPyConnection, source: Source, landing: Path) -> None:
    """Create the view of a source without landed rows.

    Args:
        connection: of the landing.
        source: whose rows they are.
        landing: path of the landing.
    """
    remove(_folder(landing, source))
    columns = ", ".join(f'null::varchar as "{column}"' for column in source.columns)
    connection.execute(
        f"create or replace view delivered.{source.name} as"
        f" select {columns}, null::bigint as _row_number, null::boolean as {IS_DUPLICATE} where false"
    )


def store(connection: duckdb.DuckDBPyConnection, source: Source, landing: Path, query: str) -> None:
    """Write the rows of a file.

    Args:
        connection: of the landing.
        source: whose file it is.
        landing: path of the landing.
        query: of the rows, with the source's columns, `_row_number` and `_is_duplicate`.
    """
    create(connection, source, landing)
    folder = _folder(landing, source)
    folder.mkdir(parents=True)
    rows = connection.sql(query)
    folders = [IS_DUPLICATE]
    if source.time_column:
        rows = rows.project(f'*, left("{source.time_column}", 10) as {EVENT_DATE}')
        folders.append(EVENT_DATE)
    rows.write_parquet(str(folder), partition_by=folders, compression="zstd")
    if not any(folder.rglob("*.parquet")):
        return
    columns = ", ".join(f'"{column}"' for column in source.columns)
    files = warehouse.literal(folder / "**" / "*.parquet")
    connection.execute(
        f"create or replace view delivered.{source.name} as"
        f" select {columns}, _row_number, {IS_DUPLICATE}::boolean as {IS_DUPLICATE}"
        f" from read_parquet({files}, hive_partitioning = true, hive_types_autocast = false)"
    )


def fit(landing: Path, source: Source) -> Path:
    """Return the folder of a source's rows that may enter raw; it is absent if there are none."""
    return _folder(landing, source) / f"{IS_DUPLICATE}=false"


def drop(landing: Path) -> None:
    """Remove the rows of all sources."""
    remove(_root(landing))


def _root(landing: Path) -> Path:
    return landing.with_name(f"{landing.name}.rows")


def _folder(landing: Path, source: Source) -> Path:
    return _root(landing) / source.name
