"""The promises are read off the figures that they name, and only off those."""

from typing import Any

import pytest

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
    result("dbt build", 16),
    result("usual route", 25),
    result("dags test", FIXED),
    result("dags test", 20, delivery="increment"),
    result("dags test", 21, delivery="again"),
    result("scheduler", 40),
    result("local mode", 400),
    result("dags test", FIXED + 5, 1_500_000),
    result("floor", 10, 15_000_000),
    result("dags test", FIXED + 60, 15_000_000, peak_mb=3000),
    result("dags test", 20 + 3, 15_000_000, "increment", peak_mb=1000),
    result("dags test", 21 + 25, 15_000_000, "again", peak_mb=4100),
]


def found(results: list[dict[str, Any]]) -> dict[str, tuple[float, bool]]:
    return {promise.what: (round(promise.found, 3), promise.is_kept) for promise in judge(results, PARSE)}


def test_every_promise_is_judged() -> None:
    """Each by its own figures; what a delivery takes counts above the smallest one of its kind."""
    assert found(RESULTS) == {
        "reading the DAG's file, after Airflow's import, s": (0.2, True),
        "the memory that it adds, MB": (12, True),
        "842 events, dags test / usual route": (1.2, True),
        "842 events, scheduler / dbt build": (2.5, True),
        "842 events, local mode / scheduler": (10, True),
        "15000000 events, first delivery, above the fixed cost / floor": (6, False),
        "15000000 events, resident memory of the largest process, MB": (4100, False),
        "15000000 events, increment of 0.1 %, % of the first delivery": (5, True),
        "15000000 events, full export again, above the fixed cost / floor": (2.5, False),
        "time of an event at 15000000 / at 1500000": (1.2, True),
    }


@pytest.mark.parametrize("lacks", ["usual route", "dbt build", "local mode", "floor"])
def test_what_was_not_measured_is_not_promised(lacks: str) -> None:
    """Nor what failed: its time says nothing."""
    without = found([each for each in RESULTS if each["contestant"] != lacks])
    failed = found(
        [{**each, "failure": "killed"} if each["contestant"] == lacks else each for each in RESULTS]
    )
    assert without == failed
    assert 0 < len(without) < len(found(RESULTS))
