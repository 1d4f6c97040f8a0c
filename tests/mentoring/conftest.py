"""A warehouse of its own for every test."""

import shutil
from pathlib import Path

import pytest

from include.mentoring.settings import SAMPLE_DATA_DIR, load
from include.mentoring.sources import SOURCES
from tests.mentoring.deliveries import Bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a warehouse in a temporary folder."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_REPORT_DIR", str(tmp_path / "reports"))
    load()
    inbox = tmp_path / "in"
    inbox.mkdir()
    return Bench(inbox)


@pytest.fixture
def sample(bench: Bench) -> Path:
    """Return the folder of the warehouse's deliveries with a copy of the sample in it, to break."""
    for source in SOURCES.values():
        shutil.copy(SAMPLE_DATA_DIR / source.file_name, bench.folder)
    return bench.folder
