"""The histories that trials start from, made once: before the first run, after one day, after two."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from tests.faults import kills, processes, world
from tests.faults.kills import Outcome, Reference

Trial = partial[Outcome]


@dataclass(frozen=True)
class Lab:
    """Where trials are made.

    Attributes:
        scratch: holds everything.
        workers: how many trials are made at once.
        variables: that a process which is not forked from the warm one needs.
        first: the first run of all.
        second: the run of the second day; most trials break this one.
        again: the run of the second day, after it has ended well.
    """

    scratch: Path
    workers: int
    variables: dict[str, str]
    first: Reference
    second: Reference
    again: Reference
    numbers: Iterator[int] = field(default_factory=count)

    def folder(self) -> Path:
        """Return a folder for a trial, which does not exist."""
        return self.scratch / "trials" / str(next(self.numbers))

    def random_kills(self, number: int) -> list[Trial]:
        """Return so many kills at random moments; every tenth hits the first run, or a repetition."""
        histories = {3: self.first, 8: self.again}
        return [
            partial(kills.at_random, histories.get(seed % 10, self.second), self.folder(), seed)
            for seed in range(number)
        ]

    def point_kills(self, wanted: Reference, points: list[str]) -> list[Trial]:
        """Return a kill at each of the points."""
        return [partial(kills.at_point, wanted, self.folder(), point) for point in points]


@contextmanager
def opened(scratch: Path, workers: int, *, has_tests: bool) -> Iterator[Lab]:
    """Make the deliveries and the histories without faults; yield the lab."""
    data = scratch / "data"
    world.deliver(data, 2)
    with processes.warmed(scratch) as variables:
        nothing = world.empty_home(scratch / "nothing", data)
        first = kills.reference(scratch / "first", nothing, world.day(1), 1, has_tests=has_tests)
        # With as many others as will run next to a trial: a kill must come before the end.
        second = kills.reference(scratch / "second", first.done, world.day(2), workers, has_tests=has_tests)
        again = kills.reference(scratch / "again", second.done, world.day(2), 1, has_tests=has_tests)
        yield Lab(scratch, workers, variables, first, second, again)
