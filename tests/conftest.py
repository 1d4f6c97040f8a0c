"""What all tests share: settings that never touch the project's own warehouse, reports or Airflow."""

import os
import tempfile
from pathlib import Path

import pytest

# Before any test module imports Airflow, which reads its home once, at import.
_SCRATCH = tempfile.TemporaryDirectory(prefix="mentoring-tests-")
os.environ.update(
    AIRFLOW_HOME=f"{_SCRATCH.name}/airflow",
    MENTOR_WAREHOUSE_DIR=f"{_SCRATCH.name}/warehouse",
    MENTOR_REPORT_DIR=f"{_SCRATCH.name}/reports",
)

PROJECT_DIR = Path(__file__).resolve().parents[1]
REAL_DELIVERY = PROJECT_DIR.parent / "shared" / "data" / "mentoring"


@pytest.fixture
def real_delivery() -> Path:
    """Return the folder of a real delivery, which is not part of the project."""
    if not REAL_DELIVERY.is_dir():
        pytest.skip("no real delivery lies beside the project, in ../shared/data/mentoring")
    return REAL_DELIVERY
