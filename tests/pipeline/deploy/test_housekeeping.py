"""What Airflow leaves behind is removed when it is old, and only then."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.pipeline.deploy import housekeeping
from include.pipeline.deploy.health import Unhealthy

DAY = 24 * 3600


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder of logs: one of 61 days, one of 59, one of today, and an old folder without any."""
    for name, days in (("old/1.log", 61), ("both/1.log", 61), ("both/2.log", 59), ("new/1.log", 0)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a line", encoding="utf-8")
        os.utime(path, (time.time() - days * DAY,) * 2)
    (tmp_path / "begun").mkdir()
    return tmp_path


def test_old_logs_go_and_the_others_stay(logs: Path) -> None:
    """Folders that have nothing in them go with the next time, for a task may be about to write."""
    before = datetime.fromtimestamp(time.time() - 60 * DAY, UTC)
    assert housekeeping._remove_logs(logs, before) == 2
    assert sorted(path.relative_to(logs).as_posix() for path in logs.rglob("*.log")) == [
        "both/2.log",
        "new/1.log",
    ]
    os.utime(logs / "old", (time.time() - 61 * DAY,) * 2)
    assert housekeeping._remove_logs(logs, before) == 0
    assert sorted(path.name for path in logs.iterdir()) == ["begun", "both", "new"]


def test_grooming_that_is_overdue_is_unhealthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs fill a disk in silence."""
    done = tmp_path / "done"
    monkeypatch.setattr(housekeeping, "DONE", done)
    with pytest.raises(Unhealthy, match="Grooming is overdue"):
        housekeeping.check()
    done.touch()
    housekeeping.check()
    os.utime(done, (time.time() - 26 * 3600,) * 2)
    with pytest.raises(Unhealthy, match="Expected it once a day; see `docker compose logs groomer`"):
        housekeeping.check()
