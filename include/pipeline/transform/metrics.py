"""Runs MetricFlow on the published database, as `make metrics` does."""

import os
import subprocess
import sys
from pathlib import Path

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared

# A target of the profile: the published database, which any number of readers open at a time.
PUBLISHED = "published"


def run(arguments: list[str]) -> int:
    """Run MetricFlow's `mf` with these arguments in this terminal; return its exit code.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    published = warehouse.require_published()
    environment = {
        **os.environ,
        "MENTOR_WAREHOUSE_DIR": str(published.parent),
        "DBT_PROJECT_DIR": str(declared().dbt_project),
        "DBT_PROFILES_DIR": str(declared().dbt_project),
        "DBT_TARGET": PUBLISHED,
    }
    mf = Path(sys.executable).with_name("mf")
    return subprocess.run([mf, *arguments], env=environment).returncode
