"""Four files per run, and `latest` next to the runs."""

import json
from collections.abc import Callable

from include.mentoring import report
from include.pipeline.core.settings import settings

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}
NAMES = ["tier_report.html", "tier_report.json", "tier_report.md", "tier_results.csv"]


def test_a_run_writes_four_files(publish: Callable[..., None]) -> None:
    """In a folder of the run's name, as far as a file system takes it."""
    publish(**REAL)
    folder = report.write("a run")
    assert folder == settings().report_dir / "a-run"
    assert sorted(path.name for path in folder.iterdir()) == NAMES


def test_latest_follows_the_newest_run(publish: Callable[..., None]) -> None:
    """`latest` has the files of the run that was written last; the earlier runs stay."""
    publish(**REAL)
    latest = settings().report_dir / "latest"
    for run in ("one", "two", "one"):
        folder = report.write(run)
        assert latest.resolve() == folder.resolve()
        assert json.loads((latest / "tier_report.json").read_text(encoding="utf-8"))["run_id"] == run
    assert sorted(path.name for path in settings().report_dir.iterdir()) == [
        ".runs",
        "latest",
        "one",
        "two",
    ]


def test_a_run_can_be_written_again(publish: Callable[..., None]) -> None:
    """The folder has the new figures and nothing of the old, whatever a killed run left next to it."""
    publish(**REAL)
    folder = report.write("a run")
    (folder / "of-the-first-time").touch()
    folder.with_name(".latest.next").symlink_to("nowhere")
    publish(Gold=(4, 1))
    assert report.write("a run") == folder
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert "Gold,top_tier,4,1,25.00" in (folder / "tier_results.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.parent.iterdir()) == [".runs", "a-run", "latest"]
    assert len(list((folder.parent / ".runs").iterdir())) == 1
