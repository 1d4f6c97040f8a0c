"""Removes what an earlier run left unfinished or failed; a run calls it once it holds the lock."""

from include.pipeline.core import warehouse
from include.pipeline.core.atomic_files import remove
from include.pipeline.core.settings import settings
from include.pipeline.engines.chosen import storage
from include.pipeline.ingest import archive, raw_tables
from include.pipeline.maintenance import build_copies


def sweep() -> None:
    """Remove unfinished versions, builds, files and folders, and kept files past their time."""
    current = settings()
    for folder, patterns in (
        (current.warehouse_dir, (".*.next",)),
        (current.versions_dir, (".next",)),
        (current.build_dir, (".*.next",)),
        (current.build_path.parent, ("staged.duckdb*", "again.duckdb*", "failed")),
        (current.quality_dir, (".*.next", "results/.*.next", "dbt/.*.next")),
        (current.report_dir, (".*.next", ".runs/*.next")),
    ):
        for pattern in patterns:
            for leftover in folder.glob(pattern):
                remove(leftover)
    build_copies.sweep()
    with warehouse.connect(current.build_path, read_only=True) as connection:
        archive.sweep(raw_tables.loads(connection))
    storage().remove_unused()
