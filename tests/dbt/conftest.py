"""The dbt project, parsed and built once over an empty raw layer, away from the checkout's own target."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core import origin, settings
from include.pipeline.ingest import ledger
from tests.dbt.manifest_nodes import Node, of_type, some

Completed = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of dbt's artifacts."""
    return tmp_path_factory.mktemp("target")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a build whose raw layer is empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path_factory.mktemp("warehouse")))
        origin.switch_build(settings.settings(), origin.OWN)
        ledger.open_raw()
        return settings.settings().build_path


@pytest.fixture(scope="session")
def dbt(target: Path, database: Path) -> Callable[..., Completed]:
    """Return a function that runs this interpreter's dbt and returns how it ended."""

    def run(*arguments: str) -> Completed:
        return subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), *arguments],
            cwd=settings.PROJECT_DIR,
            env={
                **os.environ,
                "MENTOR_WAREHOUSE_DIR": str(database.parents[2]),
                "DBT_PROJECT_DIR": str(settings.declared().dbt_project),
                "DBT_PROFILES_DIR": str(settings.declared().dbt_project),
                "DBT_TARGET_PATH": str(target),
                "DBT_LOG_PATH": str(target),
                # A machine far from UTC, for no rule may depend on its time zone.
                "TZ": "America/New_York",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )

    return run


@pytest.fixture(scope="session")
def manifest(dbt: Callable[..., Completed], target: Path) -> dict[str, Any]:
    """Return the manifest of the project."""
    parsed = dbt("parse")
    assert parsed.returncode == 0, parsed.stdout
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(dbt: Callable[..., Completed], manifest: dict[str, Any], database: Path) -> Path:
    """Return the path of the build with every model in it, without rows."""
    ran = dbt("build", "--empty", "--resource-type", "seed", "--resource-type", "model")
    assert ran.returncode == 0, ran.stdout
    return database


@pytest.fixture(scope="module")
def models(manifest: Node) -> list[Node]:
    return of_type(manifest, "model")


@pytest.fixture(scope="module")
def singular_tests(manifest: Node) -> list[Node]:
    return some([test for test in of_type(manifest, "test") if not test.get("test_metadata")])
