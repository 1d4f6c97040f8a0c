"""The task that runs dbt gives the build its state only when dbt has ended well."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException
from cosmos.constants import InvocationMode

from include.pipeline.core import build_state, origin
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.spark.storage import dbt_tables
from include.pipeline.ingest import ledger
from include.pipeline.transform.dbt_build import DbtBuild
from include.pipeline.transform.task_group import PROFILE
from tests.support.deliveries import Bench

RUN = "a_run"
RESULTS = {
    "metadata": {"invocation_id": "an-invocation"},
    "args": {"which": "build", "vars": {}},
    "results": [{"unique_id": "model.one", "status": "success"}, {"unique_id": "test.one", "status": "pass"}],
}
NODES = {"model.one": {"resource_type": "model"}, "test.one": {"resource_type": "test"}}
# What dbt on Spark leaves of a build in which everything passed, and the end of its process.
DBT = f"""
import os, pathlib, signal, sys
folder, target = pathlib.Path(sys.argv[1]), pathlib.Path("target")
target.mkdir(exist_ok=True)
(target / "manifest.json").write_text({json.dumps({"nodes": NODES})!r})
(target / "run_results.json").write_text({json.dumps(RESULTS)!r})
(folder / "catalog.json").write_text("[]")
(folder / "invocation.txt").write_text("an-invocation")
"""
KILLED = "os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def lake(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build of engine spark, without rows."""
    monkeypatch.setenv("MENTOR_ENGINE", "spark")
    monkeypatch.setenv("MENTOR_LAKE", str(tmp_path / "lake"))
    origin.switch_build(settings(), origin.OWN)
    ledger.open_raw()


def execute(program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run the task with this program in the place of dbt on Spark, which takes the folder of a build."""
    monkeypatch.setattr(dbt_tables, "program", lambda folder: [sys.executable, "-c", program, str(folder)])
    task = DbtBuild(
        task_id="build",
        project_dir=str(declared().dbt_project),
        profile_config=PROFILE,
        invocation_mode=InvocationMode.SUBPROCESS,
        partial_parse=False,
        cache_dir=tmp_path / "cosmos",
    )
    context: dict[str, Any] = {
        "run_id": RUN,
        "ti": SimpleNamespace(xcom_push=lambda **_: None),
        "params": declared().variables,
    }
    task.execute(context)


def test_a_dbt_that_ends_well_gives_the_build_its_state(
    lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That of the invocation whose tables the build shows."""
    execute(DBT, monkeypatch, tmp_path)
    state = build_state.require(RUN)
    assert (state.invocation_id, state.models, state.tests) == ("an-invocation", 1, 1)


def test_a_dbt_that_was_killed_after_its_results_gives_none(
    lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The results say that everything passed, and the build still shows the tables of the one before."""
    with pytest.raises(AirflowException, match="-9"):
        execute(DBT + KILLED, monkeypatch, tmp_path)
    with pytest.raises(WarehouseInvalid, match="`dbt build` began, and dbt has not built and tested it"):
        build_state.require(RUN)


def test_the_tables_of_another_invocation_count_for_nothing(
    lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The results are of one that worked elsewhere."""
    elsewhere = DBT + "(folder / 'invocation.txt').write_text('')\n"
    execute(elsewhere, monkeypatch, tmp_path)
    with pytest.raises(WarehouseInvalid, match="`dbt build` began, and dbt has not built and tested it"):
        build_state.require(RUN)
