"""Disks that are full and folders that refuse: a clear message, the old publication, and a good end after."""

from functools import partial

import pytest

from tests.faults import disk, kills
from tests.faults.lab import Lab
from tests.faults.test_kills import assert_well

# One for each stage; the long form has more.
WHEN = (
    "while a file lands",
    "while rows are accepted",
    "in the middle of the build",
    "while publishing",
)


def test_a_full_disk(lab: Lab) -> None:
    """At any stage: the run says so, readers keep what they had, and it ends well once there is room."""
    if disk.cannot_mount():
        pytest.skip(disk.cannot_mount())
    trials = [partial(disk.full, lab.second, lab.folder(), when) for when in WHEN]
    trials.append(partial(disk.full_of_reports, lab.second, lab.folder()))
    assert_well(kills.all_of(trials, lab.workers))


def test_rights_that_are_missing(lab: Lab) -> None:
    """What may not be written or read is named, with what to do; with the rights, the run ends well."""
    trials = [
        *(partial(disk.read_only, lab.second, lab.folder(), what) for what in ("warehouse", "reports")),
        *(partial(disk.unreadable, lab.second, lab.folder(), what) for what in ("file", "folder")),
    ]
    assert_well(kills.all_of(trials, lab.workers))
