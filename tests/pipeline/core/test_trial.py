"""A trial works in a copy of the build, and leaves everything that others read as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core import build_state, origin, trial, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.ingest import archive, ledger
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.publish import publication
from tests.support.deliveries import Bench, users

WINDOW = "rebooking_window_days"
STANDARD = {trial.AUDIT_ONLY: False, WINDOW: 30}


def rows() -> int:
    """Return how many users the current build has."""
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute("select count(*) from raw.users").fetchall()[0][0]


def test_a_run_is_a_trial_when_it_differs_from_the_standard_run() -> None:
    """An audit, or another window than dbt's own; a full refresh gives the same result."""
    assert not trial.is_asked(STANDARD)
    assert trial.is_asked(STANDARD | {trial.AUDIT_ONLY: True})
    assert trial.is_asked(STANDARD | {WINDOW: 29})
    assert trial.is_asked(STANDARD | {WINDOW: 31})


def test_what_a_trial_accepts_is_gone_with_it(bench: Bench) -> None:
    """Its rows are in the copy alone; the origin of its data is that of the build it copies."""
    bench.deliver("users", users(2))
    kept = archive.read_ledger()
    trial.begin(origin.OWN)
    assert trial.is_current()
    assert origin.of_build(settings()) == origin.OWN
    assert rows() == 2
    bench.deliver("users", users(3))
    assert rows() == 3
    assert archive.read_ledger() == kept
    trial.leave()
    assert not trial.is_current()
    assert origin.of_build(settings()) == origin.OWN
    assert rows() == 2
    assert not (settings().build_dir / "trial").exists()


def test_a_trial_takes_the_rows_of_a_log_along(bench: Bench) -> None:
    """What a killed run committed may stand in the write-ahead log alone."""
    bench.deliver("users", users(2))
    # Opened and never closed, as by a process that dies.
    killed = [
        "import os, duckdb, sys",
        "connection = duckdb.connect(sys.argv[1])",
        "connection.execute('insert into raw.users select * from raw.users')",
        "os._exit(1)",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(killed), str(settings().build_path)])
    assert Path(f"{settings().build_path.resolve()}.wal").exists()
    trial.begin(origin.OWN)
    assert rows() == 4


def test_a_trial_before_any_run_starts_with_nothing(bench: Bench) -> None:
    """There is no build to copy yet: the trial makes its own, and takes it away again."""
    trial.begin(origin.OWN)
    assert not settings().build_path.exists()
    ledger.open_raw()
    trial.leave()
    assert not settings().build_path.exists()


def test_a_trial_is_never_published(bench: Bench) -> None:
    """`make publish` after a failed trial says that the trial failed."""
    bench.deliver("users", users(2))
    trial.begin(origin.OWN)
    with pytest.raises(WarehouseInvalid, match=r"that of a trial run\. Expected .*; run `make run`"):
        publication.publish("command_line")
    assert not settings().published_path.exists()


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_trial_of_a_damaged_build_heals_its_copy(is_marked: bool, bench: Bench) -> None:
    """Whether it does not open or is marked; the build itself is healed by the next run."""
    bench.deliver("users", users(2))
    build = settings().build_path.resolve()
    if is_marked:
        with warehouse.connect(build) as connection:
            connection.execute("delete from raw.users")
        build_state.note_damage()
    else:
        build.write_bytes(b"no database" * 999)
    damaged = build.read_bytes()
    trial.begin(origin.OWN)
    assert rebuild_raw.heal()
    assert rows() == 2
    assert rebuild_raw.heal() is None
    trial.leave()
    if not is_marked:
        assert build.read_bytes() == damaged
    assert rebuild_raw.heal()
    assert rows() == 2


def test_a_second_trial_starts_over(bench: Bench) -> None:
    """What an earlier one left when it was killed does not mix with it."""
    bench.deliver("users", users(2))
    trial.begin(origin.OWN)
    bench.deliver("users", users(5))
    trial.begin(origin.OWN)
    assert rows() == 2


def test_leaving_without_a_trial_changes_nothing(bench: Bench) -> None:
    """Every run leaves whatever trial there may be."""
    bench.deliver("users", users(2))
    trial.leave()
    assert rows() == 2
    assert rebuild_raw.heal() is None


def test_the_report_of_a_trial_says_what_it_is() -> None:
    """Nobody may take it for the standard result."""
    assert trial.describe(STANDARD).startswith("An audit: built and checked. Nothing was published")
    assert "the rebooking window is 60 days instead of 30. Nothing was published" in trial.describe(
        {WINDOW: 60}
    )
