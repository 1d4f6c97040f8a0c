"""What the tests of the simulator share: a copy of the sample to break."""

import shutil
from pathlib import Path

import pytest

from include.simulator.defects.delivery_files import FILES

SAMPLE = Path(__file__).resolve().parents[2] / "include" / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample."""
    for name in FILES.values():
        shutil.copy(SAMPLE / name, tmp_path)
    return tmp_path
