"""The lab that all trials of the short form share."""

import os
from collections.abc import Iterator

import pytest

from tests.faults import lab as labs
from tests.faults.lab import Lab

# Trials at once: the cores that other tests leave.
WORKERS = max(1, (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the lab, with its histories made."""
    with labs.opened(tmp_path_factory.mktemp("faults"), WORKERS, has_tests=False) as opened:
        yield opened
