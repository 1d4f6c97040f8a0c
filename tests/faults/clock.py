"""Clocks that are moved: a run that is killed today and repeated yesterday, or tomorrow."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from include.pipeline.core.settings import PROJECT_DIR
from tests.faults import processes
from tests.faults.kills import Outcome, Reference, check_end
from tests.faults.processes import Order
from tests.faults.world import Home

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
CANNOT = "" if LIBRARY else "the Debian package libfaketime is not installed"


def moved(
    wanted: Reference, folder: Path, stage: str, days: tuple[int, int], variables: dict[str, str]
) -> Outcome:
    """Kill a run at a point, move the clock, and repeat the run.

    Args:
        wanted: the history without faults.
        folder: of the trial.
        stage: at whose beginning the run is killed.
        days: by which the clock is off for the first run, and for its repetition.
        variables: that a cold process needs.
    """
    outcome = Outcome(f"killed before {stage} with the clock {days[0]:+d} d, repeated with {days[1]:+d} d")
    home = wanted.start.copy_to(folder)
    for off, killed_at in zip(days, (stage, ""), strict=True):
        code, screen = _run(home, wanted, off, killed_at, variables)
        if code != (-signal.SIGKILL if killed_at else 0):
            outcome.problems.append(f"the run with {off:+d} d ended with {code}: {screen[-1500:]}")
    check_end(wanted, home, outcome.problems)
    if not outcome.problems:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _run(
    home: Home, wanted: Reference, days: int, killed_at: str, variables: dict[str, str]
) -> tuple[int, str]:
    """Make a run and return how it ended; one by another clock is cold: what is forked has its parent's."""
    if not days:
        at = f"{killed_at}: begins" if killed_at else None
        ended = processes.run(Order(home, wanted.day, at=at, has_tests=wanted.has_tests))
        return ended.code, ended.screen
    cold = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", wanted.day.run_id.removeprefix("day-"), killed_at],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            **home.environment,
            **variables,
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME": f"{days:+d}d",
            # The clock of the wall is moved, not the one that measures.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Waits by that clock are left alone too: else a thread that waits for Python's lock spins.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=processes.LONGEST_SECONDS,
    )
    return cold.returncode, cold.stdout
