"""Thirty days in a row in one deployment: what each takes, and how the published database grows."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import routes
from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.simulator.consecutive_days import Days, Delivery

DAYS = 30
# These deliveries come a day late, after the next one: their snapshots are not the latest.
LATE = (10, 20)

Day = dict[str, Any]
"""Of a run: `day`, from 1; `seconds`, `peak_mb`, `failure`; rows that are `new`; `published_mb` after it."""


def measure(folder: Path, given: Days) -> list[Day]:
    """Return what the first delivery and each following day took; ends at a failure."""
    deployment = routes.prepared(routes.emptied(folder))
    by_day = dict(enumerate((given.first, *given.increments), 1))
    new = dict(enumerate(_new_rows([*by_day.values()]), 1))
    found: list[Day] = []
    for day in in_order(len(by_day)):
        measured = routes.one_more_day(deployment, by_day[day])
        told = measured.failure or f"{measured.seconds:.1f} s, {measured.peak_mb:.0f} MB"
        print(f"day {day} of {len(by_day)}: {told}", file=sys.stderr, flush=True)
        size = deployment.published.stat().st_size / 1e6 if deployment.published.exists() else 0.0
        found.append(
            {
                "day": day,
                "seconds": round(measured.seconds, 2),
                "peak_mb": round(measured.peak_mb),
                "failure": measured.failure,
                "new": new[day],
                "published_mb": round(size, 3),
            }
        )
        if measured.failure:
            break
    return found


def in_order(days: int) -> list[int]:
    """Return the days, from 1, in the order of their runs."""
    order = list(range(1, days + 1))
    for late in LATE:
        if late < days:
            order[late - 1 : late + 1] = [late + 1, late]
    return order


def _new_rows(deliveries: list[Delivery]) -> Iterator[int]:
    """Yield how many rows each delivery has that the one before has not: events, and changes of snapshots."""
    before: set[str] = set()
    for delivery in deliveries:
        snapshots = {
            line for source in (USERS, MENTORS) for line in _lines(delivery.folder / source.file_name)
        }
        # Each event has a line, between those of the brackets.
        yield len(snapshots - before) + len(_lines(delivery.folder / EVENTS.file_name)) - 2
        before = snapshots


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
