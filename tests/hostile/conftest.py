"""A delivery to break."""

import shutil
from pathlib import Path

import pytest

from include.simulator.any_size import write_delivery


@pytest.fixture(scope="session")
def made_delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a delivery whose smallest file has so many rows that one is not yet 5 %."""
    folder = tmp_path_factory.mktemp("delivery")
    write_delivery(folder, 1_700)
    return folder


@pytest.fixture
def delivery(made_delivery: Path, tmp_path: Path) -> Path:
    """Return a copy of the delivery, to break."""
    return Path(shutil.copytree(made_delivery, tmp_path / "broken"))
