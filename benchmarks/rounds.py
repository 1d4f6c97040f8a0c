"""Runs the contestants in turn, so that what the machine does besides hits all of them alike."""

import json
import math
import shutil
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import days, routes
from benchmarks.contestants import CONTESTANTS
from benchmarks.figures import FIRST
from benchmarks.measure import Measured
from include.simulator.consecutive_days import Days, Delivery, write_days

Result = dict[str, Any]
"""Of a contestant and a delivery: who and what, `runs`, their medians `seconds` and `peak_mb`, `failure`."""

# What the next day brings, of the events of the first delivery.
NEW_SHARE = 0.001
# What takes many minutes varies by little of them: one run of it is enough.
LARGE = 10_000_000


def parse(rounds: int) -> dict[str, float]:
    """Return the medians of what reading the DAG's file takes: `seconds`, and `mb` of memory."""
    command = [sys.executable, "-m", "benchmarks.parse"]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        for _ in range(rounds)
    ]
    return {name: statistics.median(run[name] for run in runs) for name in ("seconds", "mb")}


def measure(
    scratch: Path, sizes: list[int], rounds: int, names: list[str], days_at: int
) -> tuple[list[Result], list[days.Day]]:
    """Return the results of these contestants on deliveries of these sizes, and those of the days in a row.

    The days in a row have `days_at` events in their first delivery, if that is one of the sizes.
    """
    results: list[Result] = []
    in_a_row: list[days.Day] = []
    for events in sizes:
        of_size = scratch / str(events)
        next_days = days.DAYS - 1 if events == days_at else 1
        given = write_days(of_size / "deliveries", events, max(1, round(events * NEW_SHARE)), next_days)
        results += _measure_size(of_size, given, events, rounds, names)
        if events == days_at:
            in_a_row = days.measure(of_size / "days", given)
        shutil.rmtree(of_size)
    return results, in_a_row


def _measure_size(folder: Path, given: Days, events: int, rounds: int, names: list[str]) -> list[Result]:
    runs: dict[tuple[str, str], list[Measured]] = {}
    for number in range(1, rounds + 1):
        for name in names:
            if number > _most_runs(name, events):
                continue
            if _failed(runs.get((name, FIRST), [])):
                # It would fail again.
                continue
            contestant = CONTESTANTS[name]
            deployment = routes.emptied(folder / name.replace(" ", "_"))
            measured = contestant.run(deployment, given.first)
            _note(runs, name, FIRST, measured, f"{events} events, round {number}")
            for delivery in () if measured.failure else contestant.next_days:
                next_day = routes.copy_of(deployment)
                measured = contestant.run(next_day, _next_day(given, delivery))
                _note(runs, name, delivery, measured, f"{events} events, round {number}")
                shutil.rmtree(next_day.folder)
            shutil.rmtree(deployment.folder)
    return [_result(name, delivery, events, of) for (name, delivery), of in runs.items()]


def _next_day(given: Days, delivery: str) -> Delivery:
    return {"increment": given.increments[0], "again": given.again, "late": given.late}[delivery]


def _most_runs(name: str, events: int) -> float:
    """Return how often a contestant may run on a delivery."""
    most_events = CONTESTANTS[name].most_events
    if most_events is not None and events > most_events:
        return 0
    return 1 if events >= LARGE else math.inf


def _note(
    runs: dict[tuple[str, str], list[Measured]], name: str, delivery: str, measured: Measured, where: str
) -> None:
    runs.setdefault((name, delivery), []).append(measured)
    told = measured.failure or f"{measured.seconds:.1f} s, {measured.peak_mb:.0f} MB"
    print(f"{where}: {name}, {delivery} delivery: {told}", file=sys.stderr, flush=True)


def _failed(runs: list[Measured]) -> bool:
    return any(run.failure for run in runs)


def _result(name: str, delivery: str, events: int, runs: list[Measured]) -> Result:
    return {
        "contestant": name,
        "delivery": delivery,
        "events": events,
        "seconds": round(statistics.median(run.seconds for run in runs), 2),
        "peak_mb": round(statistics.median(run.peak_mb for run in runs)),
        "failure": next((run.failure for run in runs if run.failure), ""),
        "runs": [asdict(run) for run in runs],
    }
