"""Publishes the build: readers see the old database or the new one, never one half-written."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.pipeline.core import build_state, fingerprints, origin, trial, warehouse
from include.pipeline.core.atomic_files import copy_file
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.publish import history, versions
from include.pipeline.publish.versions import Version

SCHEMAS = ("raw", "staging", "intermediate", "marts", "reports")
# A small project may need no steps between staging and marts.
OPTIONAL = frozenset({"intermediate"})
# Names the folders of Parquet that a database of engine spark consists of.
CATALOG = "lake"


def publish(run_id: str) -> Version:
    """Make a version of the build and have readers open it.

    Args:
        run_id: of the run that publishes; recorded in the manifest.

    Returns:
        The version.

    Raises:
        WarehouseInvalid: dbt has not built and tested the build in this run, or it is a trial's, or lacks a
            layer.
    """
    build = settings().build_path
    if trial.is_current():
        raise WarehouseInvalid(
            "The current build is that of a trial run. Expected one to publish; run `make run`."
        )
    build_state.require(run_id)
    # The file is copied without its log.
    warehouse.checkpoint(build)
    database = versions.start()
    # The log is in the file by now, and another version's must not lie next to it.
    copy_file(build, database)
    version = versions.finish(_describe(database, run_id))
    versions.publish(version)
    versions.prune()
    return version


def roll_back(number: int | None, *, is_sample_meant: bool = False) -> Version:
    """Have readers open an earlier version, until the next run publishes.

    Args:
        number: of the version; None for the one of the same origin before the published one.
        is_sample_meant: readers of own data may get the sample.

    Raises:
        VersionUnusable: there is no such version, or it is damaged, or of the sample and not meant.
    """
    version = versions.find(number) if number is not None else _before()
    require_meant(f"Version {version.number}", version.manifest["origin"], is_sample_meant=is_sample_meant)
    versions.check(version)
    versions.publish(version)
    return version


def require_meant(what: str, its_origin: str, *, is_sample_meant: bool) -> None:
    """Refuse to replace published own data by the sample, unless that is meant.

    Args:
        what: would be published, as the subject of a sentence.
        its_origin: `own` or `sample`.
        is_sample_meant: it may be the sample.

    Raises:
        VersionUnusable: it is the sample, readers have own data, and nobody said that this is meant.
    """
    published = versions.published()
    if its_origin != origin.SAMPLE or is_sample_meant:
        return
    if published and published.manifest["origin"] == origin.OWN:
        raise versions.VersionUnusable(
            f"{what} is of the sample delivery: found own data in version {published.number}, which is"
            " published. Expected to stay with own data; SAMPLE=yes says that the sample is meant."
        )


def _before() -> Version:
    kept = versions.kept()
    published = versions.published()
    earlier = [
        version
        for version in kept
        if published
        and version.number < published.number
        and version.manifest["origin"] == published.manifest["origin"]
    ]
    if not earlier:
        listed = ", ".join(f"{version.number} ({version.manifest['origin']})" for version in kept) or "none"
        raise versions.VersionUnusable(
            "There is no version of the same data before the published one: found"
            f" {listed} in {settings().versions_dir}. Expected one to return to; VERSION=… names another."
        )
    return earlier[-1]


def _describe(database: Path, run_id: str) -> dict[str, Any]:
    """Drop what is not a layer from the copy; return its run and time, its state, files, and tables."""
    with warehouse.connect(database) as connection:
        # Check again, on the copy: another process may have changed the build before it was copied.
        state = build_state.require_in(connection, run_id)
        # The failing rows of dbt's tests.
        connection.execute("drop schema if exists audit cascade")
        build_state.drop(connection)
        connection.execute("checkpoint")
        # Of every table: a damaged block shows here, not to a reader.
        tables = fingerprints.of_tables(connection)
        _check_layers(tables)
        return {
            "run_id": run_id,
            "build": asdict(state),
            "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "origin": origin.of_build(settings()),
            **history.describe(connection),
            "tables": tables,
        }


def _check_layers(tables: dict[str, Any]) -> None:
    found = {table.partition(".")[0] for table in tables} - {CATALOG}
    if found | OPTIONAL != set(SCHEMAS):
        raise WarehouseInvalid(
            "The build lacks a layer: found tables in"
            f" {', '.join(sorted(found)) or 'no schema'}."
            f" Expected {', '.join(SCHEMAS)}; run `make restore`, which rebuilds them."
        )
