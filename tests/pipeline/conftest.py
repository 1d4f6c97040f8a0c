"""The generic package is tested on three sources, whatever else the domain declares."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def three_sources() -> Iterator[None]:
    """Declare the sources of `tests/support/three_sources.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTOR_PIPELINE", "tests.support.three_sources:PIPELINE")
        yield
