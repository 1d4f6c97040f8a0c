"""An empty landing folder, and a wait of an hour for what is to come into it."""

from pathlib import Path

import pytest

from include.pipeline.core.settings import load
from include.pipeline.orchestration.await_delivery import trigger


@pytest.fixture(autouse=True)
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the landing folder, empty; looks at it follow each other quickly."""
    for name, value in (
        ("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse")),
        ("MENTOR_DATA_DIR", str(tmp_path / "landing")),
        ("MENTOR_DELIVERY_WAIT_MINUTES", "60"),
        ("MENTOR_DELIVERY_LATE", "fail"),
    ):
        monkeypatch.setenv(name, value)
    load()
    monkeypatch.setattr(trigger, "POLL_SECONDS", 0.01)
    (tmp_path / "landing").mkdir()
    return tmp_path / "landing"
