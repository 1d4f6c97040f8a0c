"""A lake in the place of the warehouse. No test of this folder runs Spark."""

from pathlib import Path

import pytest

from include.pipeline.core.settings import SPARK, load
from tests.support.deliveries import Bench


@pytest.fixture
def lake(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a lake in a temporary folder."""
    monkeypatch.setenv("MENTOR_ENGINE", SPARK)
    monkeypatch.setenv("MENTOR_LAKE", str(tmp_path / "lake"))
    load()
    return bench
