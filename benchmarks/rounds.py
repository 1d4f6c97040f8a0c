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

from benchmarks import contestants, deliveries
from benchmarks.contestants import CONTESTANTS, emptied
from benchmarks.deliveries import NEXT_DAY, Deliveries
from benchmarks.measure import Measured

Result = dict[str, Any]
"""Of a contestant and a delivery: who and what, `runs`, their medians `seconds` and `peak_mb`, `failure`."""

PIPELINE = "dags test"
FIRST = "first"
NEXT_DAYS = ("increment", "again")
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


def measure(scratch: Path, sizes: list[int], rounds: int, names: list[str]) -> list[Result]:
    """Return the results of these contestants on deliveries of these numbers of events."""
    results = []
    for events in sizes:
        of_size = scratch / str(events)
        given = deliveries.write(of_size / "deliveries", events)
        results += _measure_size(of_size, given, rounds, names)
        shutil.rmtree(of_size)
    return results


def _measure_size(folder: Path, given: Deliveries, rounds: int, names: list[str]) -> list[Result]:
    runs: dict[tuple[str, str], list[Measured]] = {}
    for number in range(1, rounds + 1):
        for name in names:
            if number > _most_runs(name, given.events):
                continue
            if _failed(runs.get((name, FIRST), [])):
                # It would fail again.
                continue
            deployment = emptied(folder / name.replace(" ", "_"))
            measured = CONTESTANTS[name].run(deployment, given.first)
            _note(runs, name, FIRST, measured, f"{given.events} events, round {number}")
            if name == PIPELINE and not measured.failure:
                for delivery in NEXT_DAYS:
                    next_day = contestants.copy_of(deployment)
                    measured = contestants.dags_test(next_day, getattr(given, delivery), NEXT_DAY)
                    _note(runs, name, delivery, measured, f"{given.events} events, round {number}")
                    shutil.rmtree(next_day.folder)
            shutil.rmtree(deployment.folder)
    return [_result(name, delivery, given.events, of) for (name, delivery), of in runs.items()]


def _most_runs(name: str, events: int) -> float:
    """Return how often a contestant may run on a delivery."""
    most_events = CONTESTANTS[name].most_events
    if most_events is not None:
        return 1 if events <= most_events else 0
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
