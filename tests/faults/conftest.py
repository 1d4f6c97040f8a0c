"""The lab that all trials of the short form share."""

from collections.abc import Iterator

import pytest

from tests.faults import lab as labs
from tests.faults.lab import Lab

# Trials at once; CI has two cores.
WORKERS = 2


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the lab, with its histories made."""
    with labs.opened(tmp_path_factory.mktemp("faults"), WORKERS, has_tests=False) as opened:
        yield opened
