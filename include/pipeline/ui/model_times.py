"""The seconds and rows of each model in the newest build of dbt, against the builds before."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from include.pipeline.quality.dbt_results import NOT_RUN, DbtResults, NodeResult

BARS = "▁▂▃▄▅▆▇█"
# From so many times the median, and so many seconds more, a model is marked as slow.
SLOW_FACTOR = 2
SLOW_SECONDS = 1.0


@dataclass(frozen=True)
class ModelTimes:
    """A model, seed or snapshot in the newest build.

    Attributes:
        newest: its result there.
        earlier: its results in the builds before, the oldest first, without those in which it did not run.
    """

    newest: NodeResult
    earlier: tuple[NodeResult, ...]

    @property
    def median(self) -> float | None:
        """Median of the seconds in the builds before; None where there is none."""
        return statistics.median(result.seconds for result in self.earlier) if self.earlier else None

    @property
    def rows_before(self) -> int | None:
        """Rows in the build before; None where they are not known."""
        return self.earlier[-1].rows if self.earlier else None

    @property
    def is_slow(self) -> bool:
        """True where it took much longer than its median."""
        usual = self.median
        return usual is not None and self.newest.seconds >= max(SLOW_FACTOR * usual, usual + SLOW_SECONDS)

    @property
    def seconds(self) -> list[float]:
        """Seconds in all of the builds, the newest last."""
        return [result.seconds for result in (*self.earlier, self.newest)]

    @property
    def bars(self) -> str:
        """The same as columns; the highest is the longest."""
        longest = max(self.seconds) or 1
        return "".join(BARS[round(seconds / longest * (len(BARS) - 1))] for seconds in self.seconds)


def of(builds: Sequence[DbtResults]) -> list[ModelTimes]:
    """Return the models of the newest build, the slowest first.

    Args:
        builds: the newest first.
    """
    earlier: dict[str, list[NodeResult]] = {}
    for build in reversed(builds[1:]):
        for result in build.models:
            if result.outcome != NOT_RUN:
                earlier.setdefault(result.node, []).append(result)
    models = [
        ModelTimes(result, tuple(earlier.get(result.node, ())))
        for build in builds[:1]
        for result in build.models
    ]
    return sorted(models, key=lambda model: model.newest.seconds, reverse=True)
