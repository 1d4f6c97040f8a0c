"""What the project promises of its speed, as ratios of figures of one benchmark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[tuple[str, str, int], dict[str, Any]]
"""By contestant, delivery and number of events."""

SMALL, LARGE = 842, 15_000_000
FIRST = "first"
DELIVERIES = (FIRST, "increment", "again")


@dataclass(frozen=True)
class Promise:
    """One bound.

    Attributes:
        what: in words.
        found: the measured figure.
        bound: what it may be at most; at least where `is_least`.
    """

    what: str
    found: float
    bound: float
    is_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Return whether the figure is within the bound."""
        return self.found >= self.bound if self.is_least else self.found <= self.bound


def judge(results: list[dict[str, Any]], parse: dict[str, float]) -> Iterator[Promise]:
    """Yield the promises that these results can tell of."""
    by = {(each["contestant"], each["delivery"], each["events"]): each for each in results}
    yield Promise("reading the DAG's file, after Airflow's import, s", parse["seconds"], 0.3)
    yield Promise("the memory that it adds, MB", parse["mb"], 60)
    for promise in PROMISES:
        try:
            yield promise(by)
        except KeyError:
            # A figure that it needs was not measured.
            continue


def _seconds(by: Results, contestant: str, events: int, delivery: str = FIRST) -> float:
    result = by[contestant, delivery, events]
    if result["failure"]:
        raise KeyError(contestant)
    return float(result["seconds"])


def _above_fixed(by: Results, events: int, delivery: str = FIRST) -> float:
    """Return what a delivery takes above the smallest one, whose time is the fixed cost of the route."""
    return _seconds(by, "dags test", events, delivery) - _seconds(by, "dags test", SMALL, delivery)


def _largest(by: Results) -> int:
    events = max((size for contestant, _, size in by if contestant == "dags test"), default=SMALL)
    if events < LARGE:
        raise KeyError(events)
    return events


def _by_hand(by: Results) -> Promise:
    ratio = _seconds(by, "dags test", SMALL) / _seconds(by, "usual route", SMALL)
    return Promise(f"{SMALL} events, dags test / usual route", ratio, 1.25)


def _scheduled(by: Results) -> Promise:
    ratio = _seconds(by, "scheduler", SMALL) / _seconds(by, "dbt build", SMALL)
    return Promise(f"{SMALL} events, scheduler / dbt build", ratio, 3)


def _local_mode(by: Results) -> Promise:
    ratio = _seconds(by, "local mode", SMALL) / _seconds(by, "scheduler", SMALL)
    return Promise(f"{SMALL} events, local mode / scheduler", ratio, 3, is_least=True)


def _first_delivery(by: Results) -> Promise:
    events = _largest(by)
    ratio = _above_fixed(by, events) / _seconds(by, "floor", events)
    return Promise(f"{events} events, first delivery, above the fixed cost / floor", ratio, 5)


def _memory(by: Results) -> Promise:
    events = _largest(by)
    peak = max(
        each["peak_mb"] for (name, _, size), each in by.items() if (name, size) == ("dags test", events)
    )
    return Promise(f"{events} events, resident memory of the largest process, MB", peak, 4000)


def _increment(by: Results) -> Promise:
    events = _largest(by)
    share = 100 * _above_fixed(by, events, "increment") / _above_fixed(by, events)
    return Promise(f"{events} events, increment of 0.1 %, % of the first delivery", share, 10)


def _again(by: Results) -> Promise:
    events = _largest(by)
    ratio = _above_fixed(by, events, "again") / _seconds(by, "floor", events)
    return Promise(f"{events} events, full export again, above the fixed cost / floor", ratio, 2)


def _flat(by: Results) -> Promise:
    events = _largest(by)
    ratio = (_above_fixed(by, events) / events) / (_above_fixed(by, events // 10) / (events // 10))
    return Promise(f"time of an event at {events} / at {events // 10}", ratio, 1.3)


PROMISES: tuple[Callable[[Results], Promise], ...] = (
    _by_hand,
    _scheduled,
    _local_mode,
    _first_delivery,
    _memory,
    _increment,
    _again,
    _flat,
)
