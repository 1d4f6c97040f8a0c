"""What Spark's executors did for the builds of a lake, by Spark's own log, and what the lake then holds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MB = 1e6
# In a second.
MS, NS = 1e3, 1e9


def work(lake: Path) -> dict[str, float]:
    """Return sums over all tasks of all builds, and the bytes of the lake's rows.

    Returns:
        `tasks`; their `task_s` by the clock and `cpu_s` of Java's threads (Python's are not in it);
        `shuffle_mb` written for other tasks, `spilled_mb` to disk for lack of memory; `raw_mb` and
        `tables_mb` of the lake.
    """
    sums = dict.fromkeys(("tasks", "task_s", "cpu_s", "shuffle_mb", "spilled_mb"), 0.0)
    for metrics in _metrics(lake):
        sums["tasks"] += 1
        sums["task_s"] += metrics["Executor Run Time"] / MS
        sums["cpu_s"] += metrics["Executor CPU Time"] / NS
        sums["shuffle_mb"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] / MB
        sums["spilled_mb"] += metrics["Disk Bytes Spilled"] / MB
    tables = sum(_bytes(folder) for folder in lake.glob("tables/*/*.db"))
    stored = {"raw_mb": _bytes(lake / "raw") / MB, "tables_mb": tables / MB}
    return {name: round(value, 1) for name, value in {**sums, **stored}.items()}


def _metrics(lake: Path) -> Iterator[dict[str, Any]]:
    for log in lake.glob("tables/*/event-log/**/events_*"):
        with log.open(encoding="utf-8") as lines:
            for line in lines:
                if "SparkListenerTaskEnd" in line:
                    event = json.loads(line)
                    if not event["Task Info"]["Failed"]:
                        yield event["Task Metrics"]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))
