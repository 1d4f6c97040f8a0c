"""The tables of `landing.duckdb`: which run they are of, and an empty start.

Tables of schema `delivered` (one delivery, until the quality gate has decided):

- `runs`: one row, the run whose delivery it is;
- `files`: one row per delivered file that could be read, with its counts;
- a table of each source's name: one row per row of the file that is fit for `raw`, exact duplicates
  included and marked `_is_duplicate`; as text. The engine keeps them, and may show them as views;
- `rejected_rows`: one row per row that is not, with its one reason, and the value that a rule rejects;
- `prefixes` and `repeats`: what known_prefix.py needs of each file.
"""

from pathlib import Path

from include.pipeline.core import atomic_files, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.chosen import storage
from include.pipeline.ingest.readable import scratch


def reset(run_id: str = "", path: Path | None = None) -> None:
    """Start an empty landing: what an earlier run left there was accepted, refused, or never finished.

    Args:
        run_id: of the run whose delivery will land in it.
        path: of the landing; by default that of the runs.
    """
    path = path or settings().landing_path
    remove(path)
    with warehouse.connect(path) as connection:
        connection.execute("create schema delivered")
        connection.execute(
            "create table delivered.runs as select $run_id::varchar as run_id", {"run_id": run_id}
        )
        connection.execute(
            """
            create table delivered.files (
                source varchar primary key,
                file_name varchar,
                sha256 varchar,
                size_bytes bigint,
                rows_in_file bigint,
                rows_loaded bigint,
                rows_rejected bigint,
                rows_duplicate bigint,
                ignored_columns varchar[],
                data_date date,
                is_known boolean,
                values_trimmed bigint
            )
            """
        )
        connection.execute(
            "create table delivered.rejected_rows"
            " (source varchar, row_number bigint, reason varchar, row_text varchar, value varchar)"
        )
        connection.execute(
            "create table delivered.prefixes"
            " (source varchar, size_bytes bigint, sha256 varchar, begins_with integer)"
        )
        connection.execute(
            "create table delivered.repeats"
            " (source varchar, row_number bigint, rows bigint, of_load_id integer, of_row_number bigint)"
        )
        for source in declared().sources:
            storage().create_landed(connection, source, path)


def remove(path: Path) -> None:
    """Remove the landing at `path` with its rows; if it exists."""
    warehouse.remove(path)
    storage().remove_landed(path)
    atomic_files.remove(scratch(path))


def require(run_id: str) -> None:
    """Make sure that the landing is the run's own.

    Raises:
        WarehouseInvalid: another run has begun to land its delivery there, or none has.
    """
    path = settings().landing_path
    found = None
    if path.exists():
        with warehouse.connect(path, read_only=True) as connection:
            ((found,),) = connection.execute("select run_id from delivered.runs").fetchall()
    if found != run_id:
        raise WarehouseInvalid(
            f"{path} is not of this run: found {f'the delivery of {found}' if found else 'no delivery'}."
            f" Expected that of {run_id}; run `make ingest` first."
        )
