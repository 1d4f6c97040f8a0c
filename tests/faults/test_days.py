"""Many days in one warehouse."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import history, world
from tests.faults.lab import Lab

DAYS = 5


@pytest.mark.parametrize("deliver", [world.deliver, world.deliver_the_same_again])
def test_daily_runs_in_a_row(lab: Lab, deliver: Callable[[Path, int], None]) -> None:
    """What is kept, and the memory of a run, grow with what is delivered, not with the runs."""
    data = lab.folder()
    deliver(data, DAYS)
    sizes = history.live(lab.folder(), data, DAYS, has_tests=lab.second.has_tests)
    assert not history.problems(sizes), sizes
