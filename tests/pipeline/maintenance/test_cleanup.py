"""What a killed or failed run has left is gone with the next one; what is whole stays."""

from include.pipeline.core.settings import settings
from include.pipeline.maintenance import cleanup
from tests.pipeline.publish.test_publication import build
from tests.support.deliveries import Bench, publish


def test_what_is_half_made_is_swept_and_nothing_else(bench: Bench) -> None:
    """Half a version, file, folder or build goes; versions, build, kept files and reports stay."""
    build(bench, 1)
    publish("a run")
    current = settings()
    whole = {path for path in current.warehouse_dir.rglob("*") if "incoming" not in path.parts}
    for half in (
        ".mentoring.duckdb.next",
        "build/.holder.json.next",
        "build/own/staged.duckdb",
        "build/own/staged.duckdb.wal",
        "build/own/again.duckdb",
        "build/own/again.duckdb.rows/users/half.parquet",
        "deliveries/own/incoming/half.csv",
        "quality/.latest.html.next",
    ):
        (current.warehouse_dir / half).parent.mkdir(parents=True, exist_ok=True)
        (current.warehouse_dir / half).write_text("half", encoding="utf-8")
    for folder in (
        current.versions_dir / ".next",
        current.build_path.parent / "failed",
        current.report_dir / ".runs" / "a-run.x.next",
    ):
        folder.mkdir(parents=True)
        (folder / "half").write_text("half", encoding="utf-8")
    finished = current.report_dir / ".runs" / "a-run.y"
    finished.mkdir()
    cleanup.sweep()
    assert {*current.warehouse_dir.rglob("*")} - {current.quality_dir} == whole
    assert [*(current.report_dir / ".runs").iterdir()] == [finished]
