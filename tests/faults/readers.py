"""Readers that are there while a run works: one that comes again and again, one that stays."""

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from include.pipeline.core.warehouse import LOCK_SECONDS
from tests.faults import broken, content
from tests.faults.kills import Outcome, Reference, check_end, finish
from tests.faults.processes import Asked, Order, run
from tests.faults.world import Home

PAUSE_SECONDS = 0.05
# Which process it is, and what to do.
OPEN_ELSEWHERE = r"is open elsewhere: .*PID \d+.* Expected .*; close it there and run again"


@dataclass(frozen=True)
class Readings:
    """What a reader met that read until the run had ended.

    Attributes:
        reads: how often it opened the published file and scanned all of it, and read the latest report.
        failures: what went wrong.
        seen: the publications that it found, in order, each once.
        reports: the reports that it found, likewise.
    """

    reads: int
    failures: list[str]
    seen: list[dict[str, str] | None]
    reports: list[dict[str, str] | None]


def poll(home: Home, until: Path) -> Readings:
    """Read again and again until the file is there; opens DuckDB."""
    readings = Readings(0, [], [], [])
    reads = 0
    while not until.exists():
        found = content.read(home)
        reads += 1
        readings.failures.extend(found.problems)
        for value, known in ((found.tables, readings.seen), (found.report, readings.reports)):
            if not known or known[-1] != value:
                known.append(value)
        time.sleep(PAUSE_SECONDS)
    return Readings(reads, readings.failures, readings.seen, readings.reports)


def hold(home: Home, opened: Path, until: Path) -> dict[str, str]:
    """Open the published file, keep it open until the other file is there, then read all of it."""
    with duckdb.connect(home.published, read_only=True) as connection:
        opened.touch()
        while not until.exists():
            time.sleep(PAUSE_SECONDS)
        return content.tables_of(connection)


def hold_build(home: Home, opened: Path, seconds: float) -> None:
    """Keep the build open for writing for a while, as somebody who looks into it does."""
    with duckdb.connect(home.build):
        opened.touch()
        time.sleep(seconds)


def alongside(wanted: Reference, folder: Path) -> tuple[Outcome, Readings]:
    """Make a run while one reader polls and one stays connected."""
    home = wanted.start.copy_to(folder)
    outcome = Outcome("a run with readers")
    over, opened = folder / "over", folder / "opened"
    poller, holder = Asked(poll, home, over), Asked(hold, home, opened, over)
    wait_for(opened)
    ended = run(Order(home, wanted.day, has_tests=wanted.has_tests))
    over.touch()
    readings, held = poller.answer(), holder.answer()
    outcome.problems += readings.failures
    if ended.code:
        outcome.problems.append(f"the run failed: {ended.screen[-1500:]}")
    if held != wanted.before.tables:
        outcome.problems.append("a reader that held the published file found it changed")
    if readings.seen not in ([wanted.before.tables, wanted.after.tables], [wanted.before.tables]):
        outcome.problems.append(
            f"readers found {len(readings.seen)} publications, expected the old, then the new"
        )
    check_end(wanted, home, outcome.problems)
    return outcome, readings


def build_held(wanted: Reference, folder: Path, seconds: float) -> Outcome:
    """Make a run while another process has the build open for writing, for so long."""
    home = wanted.start.copy_to(folder)
    opened = folder / "opened"
    holder = Asked(hold_build, home, opened, seconds)
    wait_for(opened)
    if seconds < LOCK_SECONDS:
        return _waited_for(wanted, home, holder)
    outcome = Outcome(f"the build is open elsewhere for {seconds:g} s")
    ended = run(Order(home, wanted.day, has_tests=wanted.has_tests))
    outcome.problems += broken.message_problems(ended, OPEN_ELSEWHERE)
    holder.answer()
    return finish(wanted, home, outcome)


def _waited_for(wanted: Reference, home: Home, holder: Asked) -> Outcome:
    outcome = Outcome("the build is open elsewhere for a moment")
    ended = run(Order(home, wanted.day, has_tests=wanted.has_tests))
    holder.answer()
    if ended.code:
        outcome.problems.append(f"the run did not wait: {ended.screen[-1500:]}")
    check_end(wanted, home, outcome.problems)
    return outcome


def wait_for(path: Path, seconds: float = 60) -> None:
    """Return when the file is there.

    Raises:
        TimeoutError: it does not come.
    """
    deadline = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} does not come")
        time.sleep(PAUSE_SECONDS)
