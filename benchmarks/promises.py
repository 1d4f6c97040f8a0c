"""What the project promises of its speed, as ratios of figures of one benchmark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.contestants import LARGE, MEDIUM, SMALL
from benchmarks.figures import FIRST, PIPELINE, Figures, NotMeasured


@dataclass(frozen=True)
class Promise:
    """One bound.

    Attributes:
        what: in words.
        found: the measured figure; None where it was not measured.
        bound: what it may be at most; at least where `is_least`.
    """

    what: str
    found: float | None
    bound: float
    is_least: bool = False

    @property
    def verdict(self) -> str:
        """Return whether the figure is within the bound: reached, not reached or not measured."""
        if self.found is None:
            return "not measured"
        is_kept = self.found >= self.bound if self.is_least else self.found <= self.bound
        return "reached" if is_kept else "not reached"


def judge(figures: Figures) -> Iterator[Promise]:
    """Yield every promise with its figure, if there is one."""
    for what, bound, measure in PROMISES:
        try:
            found = measure(figures)
        except NotMeasured:
            found = None
        yield Promise(what, found, bound, is_least=what == LOCAL_MODE)


def _by_floor(figures: Figures, delivery: str) -> float:
    return figures.above_fixed(PIPELINE, LARGE, delivery) / figures.above_fixed("floor", LARGE)


def _of_an_event(figures: Figures, events: int) -> float:
    return figures.above_fixed(PIPELINE, events) / events


# The one whose bound is a least one.
LOCAL_MODE = f"{SMALL:,} events, local mode / scheduler"
PROMISES: tuple[tuple[str, float, Callable[[Figures], float]], ...] = (
    ("reading the DAG's file, after Airflow's import, s", 0.3, lambda f: f.parse["seconds"]),
    ("the memory that it adds, MB", 60, lambda f: f.parse["mb"]),
    (
        f"{SMALL:,} events, dags test / lean route",
        1.25,
        lambda f: f.seconds(PIPELINE, SMALL) / f.seconds("lean route", SMALL),
    ),
    (
        f"{SMALL:,} events, scheduler / dbt build",
        2.5,
        lambda f: f.seconds("scheduler", SMALL) / f.seconds("dbt build", SMALL),
    ),
    (LOCAL_MODE, 3, lambda f: f.seconds("local mode", SMALL) / f.seconds("scheduler", SMALL)),
    (
        f"{MEDIUM:,} events, first delivery, dags test / lean route",
        1,
        lambda f: f.seconds(PIPELINE, MEDIUM) / f.seconds("lean route", MEDIUM),
    ),
    (
        f"{MEDIUM:,} events, next day, dags test with the increment / lean route with the full export",
        0.6,
        lambda f: f.seconds(PIPELINE, MEDIUM, "increment") / f.seconds("lean route", MEDIUM, "again"),
    ),
    (f"{MEDIUM:,} events, resident memory of the largest process, MB", 1000, lambda f: f.peak_mb(MEDIUM)),
    (
        f"{LARGE:,} events, first delivery / floor, both above their fixed cost",
        5,
        lambda f: _by_floor(f, FIRST),
    ),
    (
        f"{LARGE:,} events, full export again / floor, both above their fixed cost",
        2,
        lambda f: _by_floor(f, "again"),
    ),
    (
        f"{LARGE:,} events, next day's increment / first delivery, both above their fixed cost, %",
        10,
        lambda f: 100 * f.above_fixed(PIPELINE, LARGE, "increment") / f.above_fixed(PIPELINE, LARGE),
    ),
    (f"{LARGE:,} events, resident memory of the largest process, MB", 4000, lambda f: f.peak_mb(LARGE)),
    (
        f"time of an event at {LARGE:,} / at {MEDIUM:,}",
        1.3,
        lambda f: _of_an_event(f, LARGE) / _of_an_event(f, MEDIUM),
    ),
    ("days in a row, time of the last three / of the first three", 1.2, Figures.last_days_by_first),
    (
        "days in a row, growth of the database for a new row / its size for a row of the first delivery",
        2,
        Figures.growth_by_row,
    ),
)
