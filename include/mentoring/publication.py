"""Publishes the build: readers see the old database or the new one, never one half-written."""

import os
import shutil
from pathlib import Path

from include.mentoring import warehouse
from include.mentoring.errors import WarehouseInvalid
from include.mentoring.settings import settings

SCHEMAS = ("raw", "staging", "marts", "reports")


def publish() -> Path:
    """Put a copy of the build in the place of the published database, at one stroke.

    Returns:
        The path of the published database.

    Raises:
        WarehouseInvalid: the build lacks a layer.
    """
    current = settings()
    _finish(current.build_path)
    published = current.published_path
    # Beside the target, for a rename is atomic inside one file system only.
    following = published.with_name(f"{published.name}.next")
    following.unlink(missing_ok=True)
    _drop_stale_log(following)
    shutil.copyfile(current.build_path, following)
    _keep_layers(following)
    # Who opens it to write by mistake is told so; the next version replaces it all the same.
    following.chmod(0o444)
    _sync(following)
    _drop_stale_log(published)
    os.replace(following, published)
    _sync(published.parent)
    return published


def _finish(build: Path) -> None:
    """Move all of the write-ahead log into the file, which is copied without it."""
    if not build.exists():
        raise WarehouseInvalid(f"{build} is missing. Expected a build to publish; run `make run`.")
    with warehouse.connect(build) as connection:
        connection.execute("checkpoint")


def _keep_layers(database: Path) -> None:
    """Drop the schemas that are no layer: `audit` has the failing rows of dbt's tests."""
    with warehouse.connect(database) as connection:
        schemas = connection.execute(
            "select schema_name from duckdb_schemas()"
            " where database_name = current_database() and not internal"
        ).fetchall()
        for schema in {name for (name,) in schemas}.difference(SCHEMAS):
            connection.execute(f'drop schema "{schema}" cascade')
        found = {
            schema
            for (schema,) in connection.execute(
                "select distinct table_schema from information_schema.tables"
            ).fetchall()
        }
        connection.execute("checkpoint")
    missing = [schema for schema in SCHEMAS if schema not in found]
    if missing:
        raise WarehouseInvalid(
            f"The build lacks {', '.join(missing)}: found {', '.join(sorted(found)) or 'no tables'}."
            " Expected all four layers; run `make dbt` before it is published."
        )


def _drop_stale_log(database: Path) -> None:
    """Remove a write-ahead log that a killed process left: DuckDB refuses another file beside it."""
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
