"""The task that runs dbt gives the build its state only when dbt has ended well."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException
from cosmos.constants import InvocationMode

from include.pipeline.core import build_state, built_code, origin, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.base import Dbt
from include.pipeline.engines.duckdb_engine import DuckDbEngine
from include.pipeline.engines.spark.storage import dbt_tables
from include.pipeline.ingest import ledger
from include.pipeline.quality import dbt_results
from include.pipeline.transform import model_code
from include.pipeline.transform.dbt_build import DbtBuild
from include.pipeline.transform.failures import BuildFailed
from include.pipeline.transform.task_group import PROFILE
from tests.support.deliveries import Bench, users

RUN = "a_run"
ENDED = {"execution_time": 0.5, "message": None, "failures": None}
RESULTS = {
    "metadata": {"invocation_id": "an-invocation"},
    "args": {"which": "build", "vars": {}},
    "results": [
        {"unique_id": "model.one", "status": "success", **ENDED},
        {"unique_id": "test.one", **ENDED, "status": "pass"},
    ],
}
MODEL = {
    "resource_type": "model",
    "name": "one",
    "alias": "one",
    "schema": "marts",
    "package_name": "domain",
    "checksum": {"checksum": "1"},
    "columns": {},
    "config": {"materialized": "incremental"},
    "depends_on": {"macros": [], "nodes": []},
}
TEST = {
    "resource_type": "test",
    "name": "one_is_one",
    "schema": "audit",
    "package_name": "domain",
    "original_file_path": "one.yml",
    "config": {"severity": "ERROR"},
    "depends_on": {"nodes": ["model.one"]},
}
MANIFEST = {
    "metadata": {"dbt_version": "1.11.0", "adapter_type": "spark"},
    "nodes": {"model.one": MODEL, "test.one": TEST},
    "macros": {},
}
# What dbt on Spark leaves of a build in which everything passed, and the end of its process.
DBT = f"""
import os, pathlib, signal, sys
folder, target = pathlib.Path(sys.argv[1]), pathlib.Path("target")
is_full = "--full-refresh" in sys.argv
with (folder.parent / "commands").open("a") as commands:
    commands.write("all rows\\n" if is_full else "new rows\\n")
target.mkdir(exist_ok=True)
(target / "manifest.json").write_text({json.dumps(MANIFEST)!r})
(target / "run_results.json").write_text({json.dumps(RESULTS)!r})
(folder / "catalog.json").write_text("[]")
(folder / "invocation.txt").write_text("an-invocation")
"""
# Old rows fail a test.
FAILED = """
if not is_full:
    failed = '"fail", "message": "an old row", "relation_name": ""'
    results = (target / "run_results.json").read_text()
    (target / "run_results.json").write_text(results.replace('"pass"', failed))
    sys.exit(1)
"""
KILLED = "os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def lake(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build of engine spark, without rows."""
    monkeypatch.setenv("MENTOR_ENGINE", "spark")
    monkeypatch.setenv("MENTOR_LAKE", str(tmp_path / "lake"))
    origin.switch_build(settings(), origin.OWN)
    ledger.open_raw()


def task(tmp_path: Path) -> DbtBuild:
    """Return the task that runs dbt."""
    return DbtBuild(
        task_id="build",
        project_dir=str(declared().dbt_project),
        profile_config=PROFILE,
        invocation_mode=InvocationMode.SUBPROCESS,
        partial_parse=False,
        cache_dir=tmp_path / "cosmos",
    )


def context() -> dict[str, Any]:
    """Return what Airflow gives to the task."""
    return {
        "run_id": RUN,
        "dag": SimpleNamespace(tasks=[]),
        "ti": SimpleNamespace(xcom_push=lambda **_: None),
        "params": declared().variables,
    }


def execute(program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run the task with this program in the place of dbt on Spark, which takes the folder of a build."""
    monkeypatch.setattr(dbt_tables, "program", lambda folder: [sys.executable, "-c", program, str(folder)])
    task(tmp_path).execute(context())


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


@pytest.mark.parametrize(("outcome", "kept"), [("", "passed"), (FAILED, "failed")])
def test_the_results_are_kept_however_dbt_ends(
    outcome: str, kept: str, lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Cosmos removes the folder that has them."""
    with suppress(BuildFailed):
        execute(DBT + outcome, monkeypatch, tmp_path)
    results = dbt_results.read(dbt_results.folder() / f"{RUN}.json")
    assert [(node.name, node.subject, node.outcome) for node in results.nodes] == [
        ("one", "marts.one", "passed"),
        ("one is one", "marts.one", kept),
    ]
    assert (results.run_id, results.invocation_id) == (RUN, "an-invocation")


def commands() -> list[str]:
    """Return what each dbt was to build."""
    return (dbt_tables.root() / "commands").read_text().splitlines()


def has_built(code: built_code.Code) -> None:
    """Record that this code has built the rows of the build."""
    with warehouse.connect(settings().build_path) as connection:
        built_code.store(connection, code)


def recorded() -> built_code.Code | None:
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return built_code.read(connection)


THIS_CODE = model_code.of_manifest(MANIFEST, {}, {})
OTHER_CODE = {"one": THIS_CODE["one"] | {"SQL": "2"}}


def test_the_same_code_adds_rows(lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A day costs what is new."""
    has_built(THIS_CODE)
    execute(DBT, monkeypatch, tmp_path)
    assert commands() == ["new rows"]
    assert recorded() == THIS_CODE


@pytest.mark.parametrize("outcome", ["", FAILED], ids=["well", "a test failed"])
def test_other_code_builds_all_rows(
    outcome: str,
    lake: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where only dbt's own manifest shows it, in the same try; old rows may have failed a test before."""
    has_built(OTHER_CODE)
    execute(DBT + outcome, monkeypatch, tmp_path)
    assert commands() == ["new rows", "all rows"]
    assert "Full refresh: since the rows were built, the code of one (SQL) has changed." in caplog.text
    assert recorded() == THIS_CODE
    assert build_state.require(RUN)


def test_a_full_refresh_that_fails_is_done_again(
    lake: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where the code is by then what it was before: some rows are of the other one."""
    has_built(OTHER_CODE)
    with pytest.raises(BuildFailed, match="an old row"):
        execute(DBT + FAILED.replace("not is_full", "True"), monkeypatch, tmp_path)
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("create schema if not exists marts; create table marts.one as select 1 as id")
    assert recorded() == {}
    execute(DBT, monkeypatch, tmp_path)
    assert commands() == ["new rows", "all rows", "all rows"]
    assert recorded() == THIS_CODE


def test_another_code_is_known_before_dbt_begins(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By the manifest of the project, which is that of dbt on DuckDB."""
    bench.deliver("users", users(1))
    has_built({"stg_users": {"SQL": "another"}})
    note = f"pathlib.Path({str(tmp_path / 'arguments')!r}).write_text(' '.join(sys.argv))"
    program = [sys.executable, "-c", f"import pathlib, sys; {note}"]
    monkeypatch.setattr(DuckDbEngine, "begin_dbt", lambda _: Dbt(program, end=lambda exit_code: None))
    task(tmp_path).execute(context())
    assert "--full-refresh" in (tmp_path / "arguments").read_text()
    assert "Full refresh: since the rows were built, the code of " in caplog.text
    assert "int_events (new)" in caplog.text
