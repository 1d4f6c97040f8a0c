"""Many days in a row: what the warehouse holds grows with the data, not with the runs."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from include.pipeline.core.settings import settings
from tests.faults import content, processes, world
from tests.faults.processes import Order
from tests.faults.world import Home

# DuckDB allots blocks of 256 KB, and memory is what was free to be had: neither is exact.
MARGIN = 2.0


@dataclass(frozen=True)
class Size:
    """The warehouse after a run.

    Attributes:
        delivered_bytes: of all different files that were delivered so far.
        peak_bytes: most memory that the run's process held at once.
        raw_rows: rows of the raw layer, rejected ones included.
        raw_bytes: of a database that has the raw layer alone.
        kept_bytes: of the kept deliveries.
        build_bytes: of the build.
        versions: how many are kept.
    """

    delivered_bytes: int
    peak_bytes: int
    raw_rows: int
    raw_bytes: int
    kept_bytes: int
    build_bytes: int
    versions: int


def live(folder: Path, data: Path, days: int, *, has_tests: bool) -> list[Size]:
    """Run day after day in one warehouse; return its size after each.

    Raises:
        RuntimeError: a run failed, or readers found what they may not.
    """
    home = world.empty_home(folder, data)
    sizes = []
    for number in range(1, days + 1):
        ended = processes.run(Order(home, world.day(number), has_tests=has_tests))
        problems = [ended.screen] if ended.code else processes.call(content.read, home).problems
        if problems:
            raise RuntimeError(f"day {number}: {problems}")
        sizes.append(processes.call(measure, home, number, ended.peak_bytes))
    return sizes


def problems(sizes: list[Size]) -> list[str]:
    """Return what has grown with the runs and not with the data."""
    first, last = sizes[0], sizes[-1]
    found = []
    if last.kept_bytes != last.delivered_bytes:
        found.append(f"{last.delivered_bytes} different bytes were delivered, {last.kept_bytes} are kept")
    rows = last.raw_rows / first.raw_rows
    for what in ("raw_bytes", "build_bytes", "peak_bytes"):
        grown = getattr(last, what) / getattr(first, what)
        if grown > MARGIN * rows:
            found.append(f"{what} grew {grown:.1f} times, rows {rows:.1f} times")
    if first.delivered_bytes == last.delivered_bytes and last.raw_rows != first.raw_rows:
        found.append(f"nothing new was delivered, and raw grew to {last.raw_rows} rows")
    if last.versions > settings().keep_versions:
        found.append(f"{last.versions} versions are kept")
    return found


def measure(home: Home, days: int, peak_bytes: int) -> Size:
    """Return the size of a warehouse after so many days; opens DuckDB."""
    delivered = {
        content.file_hash(path): path.stat().st_size
        for number in range(1, days + 1)
        for path in (home.data / world.day(number).data_date).iterdir()
    }
    kept = [path for path in (home.warehouse / "deliveries" / "own").glob("*-*") if path.is_file()]
    rows, raw_bytes = _raw(home)
    return Size(
        delivered_bytes=sum(delivered.values()),
        peak_bytes=peak_bytes,
        raw_rows=rows,
        raw_bytes=raw_bytes,
        kept_bytes=sum(path.stat().st_size for path in kept),
        build_bytes=home.build.stat().st_size,
        versions=sum(path.name.isdigit() for path in (home.warehouse / "versions").iterdir()),
    )


def _raw(home: Home) -> tuple[int, int]:
    """Return the rows of raw, and the bytes of a copy of it: the build has free blocks and other schemas."""
    alone = home.folder / "raw.duckdb"
    rows = 0
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.build}' as build (read_only)")
        connection.execute(f"attach '{alone}' as alone")
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'build' and schema_name = 'raw'"
        ).fetchall():
            (copied,) = connection.execute(
                f"create table alone.{name} as from build.raw.{name}"
            ).fetchone() or (0,)
            rows += copied
    raw_bytes = alone.stat().st_size
    alone.unlink()
    return rows, raw_bytes
