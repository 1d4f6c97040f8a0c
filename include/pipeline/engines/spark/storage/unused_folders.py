"""Removes the folders of the lake that no database names: those of killed runs and of removed versions."""

from collections.abc import Iterator
from pathlib import Path

from include.pipeline.core import warehouse
from include.pipeline.core.atomic_files import remove
from include.pipeline.core.settings import database_name, declared, settings
from include.pipeline.engines.spark.storage import dbt_tables, raw_parts


def sweep() -> None:
    """Remove what belongs to neither a build nor a version; a run calls it once it holds the lock."""
    used: set[Path] = set()
    for database in _databases():
        with warehouse.connect(database, read_only=True) as connection:
            used |= {dbt_tables.root() / name for name in dbt_tables.names(connection)}
            for source in declared().sources:
                folder = raw_parts.folder_of(source)
                used |= {folder / f"part={part}" for part in raw_parts.of_source(connection, source)}
    for folder in (dbt_tables.root(), *map(raw_parts.folder_of, declared().sources)):
        for path in folder.glob("*"):
            if path not in used:
                remove(path)


def _databases() -> Iterator[Path]:
    current = settings()
    yield from current.build_dir.glob(f"*/{database_name()}")
    yield from current.build_dir.glob(f"trial/*/{database_name()}")
    yield from current.versions_dir.glob(f"*/{database_name()}")
