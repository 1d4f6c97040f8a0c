"""Figures of one benchmark, as the promises need them."""

import statistics
from collections.abc import Iterable
from typing import Any

from benchmarks.contestants import SMALL

PIPELINE = "dags test"
FIRST = "first"
# A single day varies by more than what is promised: the median of so many at either end counts.
NEIGHBORS = 3


class NotMeasured(Exception):
    """A figure is missing, or its run failed, so that its time says nothing."""


class Figures:
    """What one benchmark measured; each method raises NotMeasured where a figure is missing.

    Args:
        results: of `rounds.measure`.
        days: of `days.measure`.
        parse: of `rounds.parse`.
    """

    def __init__(
        self, results: list[dict[str, Any]], days: list[dict[str, Any]], parse: dict[str, float]
    ) -> None:
        self.parse = parse
        # The time of a run that failed says nothing.
        self._results = [each for each in results if not each["failure"]]
        self._days = sorted(days, key=lambda each: each["day"])

    def seconds(self, contestant: str, events: int, delivery: str = FIRST) -> float:
        """Return the median time of a contestant's runs."""
        asked = (contestant, events, delivery)
        return _first(
            each["seconds"]
            for each in self._results
            if (each["contestant"], each["events"], each["delivery"]) == asked
        )

    def above_fixed(self, contestant: str, events: int, delivery: str = FIRST) -> float:
        """Return what a delivery takes above the smallest one, whose time is the fixed cost of the route."""
        return self.seconds(contestant, events, delivery) - self.seconds(contestant, SMALL, delivery)

    def peak_mb(self, events: int) -> float:
        """Return the memory of the pipeline's largest process, over all its deliveries of a size."""
        asked = (PIPELINE, events)
        return _first(
            sorted(
                (each["peak_mb"] for each in self._results if (each["contestant"], each["events"]) == asked),
                reverse=True,
            )
        )

    def last_days_by_first(self) -> float:
        """Return the time of the last days in a row, by that of the first days after the first delivery."""
        seconds = [each["seconds"] for each in self._whole_days()]
        return statistics.median(seconds[-NEIGHBORS:]) / statistics.median(seconds[1 : 1 + NEIGHBORS])

    def growth_by_row(self) -> float:
        """Return what the database grew by for a new row, by what it has for a row of the first delivery."""
        first, *others = self._whole_days()
        grown = (others[-1]["published_mb"] - first["published_mb"]) / sum(each["new"] for each in others)
        return float(grown / (first["published_mb"] / first["new"]))

    def _whole_days(self) -> list[dict[str, Any]]:
        if len(self._days) <= 2 * NEIGHBORS or any(each["failure"] for each in self._days):
            raise NotMeasured
        return self._days


def _first(figures: Iterable[float]) -> float:
    for figure in figures:
        return float(figure)
    raise NotMeasured
