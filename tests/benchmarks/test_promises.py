"""The promises are read off the figures that they name, and only off those."""

from typing import Any

import pytest

from benchmarks.figures import Figures
from benchmarks.promises import judge

PARSE = {"seconds": 0.2, "mb": 12.0}
FIXED = 30.0


def result(contestant: str, seconds: float, events: int = 842, delivery: str = "first", **more: Any) -> Any:
    return {
        "contestant": contestant,
        "delivery": delivery,
        "events": events,
        "seconds": seconds,
        "peak_mb": 900,
        "failure": "",
        **more,
    }


RESULTS = [
    result("floor", 1),
    result("dbt build", 16),
    result("lean route", 24),
    result("dags test", FIXED),
    result("dags test", 20, delivery="increment"),
    result("dags test", 21, delivery="again"),
    result("scheduler", 40),
    result("local mode", 400),
    result("lean route", 50, 1_500_000),
    result("lean route", 60, 1_500_000, "again"),
    result("dags test", FIXED + 5, 1_500_000, peak_mb=1100),
    result("dags test", 42, 1_500_000, "increment"),
    result("floor", 11, 15_000_000),
    result("dags test", FIXED + 60, 15_000_000, peak_mb=3000),
    result("dags test", 20 + 3, 15_000_000, "increment", peak_mb=1000),
    result("dags test", 21 + 25, 15_000_000, "again", peak_mb=4100),
]
# In the order of their runs: the third day comes late. 100 MB for 1,000 rows, then 15 MB for 60.
DAYS = [
    {"day": day, "seconds": seconds, "failure": "", "new": new, "published_mb": mb}
    for day, seconds, new, mb in (
        (1, 90, 1000, 100.0),
        (2, 10, 10, 101.0),
        (4, 12, 10, 103.0),
        (3, 11, 10, 104.0),
        (5, 22, 10, 106.0),
        (6, 23, 10, 112.0),
        (7, 33, 10, 115.0),
    )
]


def found(results: list[dict[str, Any]], days: list[dict[str, Any]] = DAYS) -> dict[str, Any]:
    figures = Figures(results, days, PARSE)
    return {
        promise.what: (None if promise.found is None else round(promise.found, 3), promise.verdict)
        for promise in judge(figures)
    }


def test_every_promise_is_judged() -> None:
    """Each by its own figures; what a delivery takes counts above the smallest one of its kind."""
    assert found(RESULTS) == {
        "reading the DAG's file, after Airflow's import, s": (0.2, "reached"),
        "the memory that it adds, MB": (12, "reached"),
        "842 events, dags test / lean route": (1.25, "reached"),
        "842 events, scheduler / dbt build": (2.5, "reached"),
        "842 events, local mode / scheduler": (10, "reached"),
        "1,500,000 events, first delivery, dags test / lean route": (0.7, "reached"),
        "1,500,000 events, next day, dags test with the increment / lean route with the full export": (
            0.7,
            "not reached",
        ),
        "1,500,000 events, resident memory of the largest process, MB": (1100, "not reached"),
        "15,000,000 events, first delivery / floor, both above their fixed cost": (6, "not reached"),
        "15,000,000 events, full export again / floor, both above their fixed cost": (2.5, "not reached"),
        "15,000,000 events, next day's increment / first delivery, both above their fixed cost, %": (
            5,
            "reached",
        ),
        "15,000,000 events, resident memory of the largest process, MB": (4100, "not reached"),
        "time of an event at 15,000,000 / at 1,500,000": (1.2, "reached"),
        "days in a row, time of the last three / of the first three": (2.091, "not reached"),
        "days in a row, growth of the database for a new row / its size for a row of the first delivery": (
            2.5,
            "not reached",
        ),
    }


@pytest.mark.parametrize("lacks", ["lean route", "dbt build", "local mode", "floor", "dags test"])
def test_what_was_not_measured_is_neither_reached_nor_missed(lacks: str) -> None:
    """Nor is what failed: its time says nothing."""
    without = found([each for each in RESULTS if each["contestant"] != lacks])
    failed = found(
        [{**each, "failure": "killed"} if each["contestant"] == lacks else each for each in RESULTS]
    )
    assert without == failed
    lacking = {what for what, (_, verdict) in without.items() if verdict == "not measured"}
    assert lacking
    assert lacking == {what for what in without if lacks in what} or lacks in ("floor", "dags test")


@pytest.mark.parametrize("days", [[], DAYS[:6], [*DAYS[:6], {**DAYS[6], "failure": "exit status 1"}]])
def test_days_in_a_row_count_when_they_are_whole(days: list[dict[str, Any]]) -> None:
    """Some of them would compare other days."""
    verdicts = [verdict for what, (_, verdict) in found(RESULTS, days).items() if "in a row" in what]
    assert verdicts == ["not measured"] * 2
