"""Files that are not as a run left them: the next run, or the one after a clear message, rebuilds them."""

from functools import partial

import pytest

from tests.faults import clock, damage, kills
from tests.faults.lab import Lab
from tests.faults.test_kills import assert_well
from tests.support.needs import skip_without

# One of each kind; the long form has more.
BEFORE = (
    "build: middle",
    "build: garbage",
    "build: log of another database",
    "ledger's copy and build: garbage",
    "manifest of the version: cut off",
    "lock's record: garbage",
)
DURING = (
    "landing: garbage before accept",
    "build: cut off before publishing",
)


@pytest.mark.smoke
def test_a_damage_that_a_run_finds(lab: Lab) -> None:
    """Whatever happened to its files between two runs: what is published in the end is as without it."""
    found = damage.before_the_run()
    trials = [partial(damage.before, lab.second, lab.folder(), name, found[name]) for name in BEFORE]
    assert_well(kills.all_of(trials, lab.workers))


def test_a_damage_under_way(lab: Lab) -> None:
    """A run that meets damage tells of it, leaves what is published, and the next one heals it."""
    trials = [partial(damage.during, lab.second, lab.folder(), name) for name in DURING]
    assert_well(kills.all_of(trials, lab.workers))


def test_a_clock_that_is_moved(lab: Lab) -> None:
    """A run that is killed, and repeated a day later or earlier by the clock, ends as without either."""
    if clock.CANNOT:
        skip_without("faketime", clock.CANNOT)
    trials = [
        partial(clock.moved, lab.second, lab.folder(), stage, days, lab.variables)
        for stage, days in (("accept", (0, -1)), ("publish", (1, 0)))
    ]
    assert_well(kills.all_of(trials, lab.workers))
