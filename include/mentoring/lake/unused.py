"""Removes the folders of the lake that no database names: of runs that were killed, and of versions gone."""

from collections.abc import Iterator
from pathlib import Path

from include.mentoring import warehouse
from include.mentoring.files import remove
from include.mentoring.lake import parts, tables
from include.mentoring.settings import settings
from include.mentoring.sources import SOURCES


def sweep() -> None:
    """Remove what neither a build nor a version consists of; a run calls it once it has the lake."""
    used: set[Path] = set()
    for database in _databases():
        with warehouse.connect(database, read_only=True) as connection:
            used |= {tables.root() / name for name in tables.names(connection)}
            for source in SOURCES.values():
                folder = parts.folder_of(source)
                used |= {folder / f"part={part}" for part in parts.of_source(connection, source)}
    for folder in (tables.root(), *map(parts.folder_of, SOURCES.values())):
        for path in folder.glob("*"):
            if path not in used:
                remove(path)


def _databases() -> Iterator[Path]:
    current = settings()
    yield from current.build_dir.glob("*/mentoring.duckdb")
    yield from current.build_dir.glob("trial/*/mentoring.duckdb")
    yield from current.versions_dir.glob("*/mentoring.duckdb")
