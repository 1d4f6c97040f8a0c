"""A build has a state once dbt has built and tested all of it, until the next command that changes it."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from include.pipeline.core import build_state, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.transform import artifacts, failures
from tests.dbt.pipeline import Pipeline, of_this_process
from tests.support.deliveries import audit

RUN = "a_run"
WHOLE = ("build", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Return a pipeline that has accepted the sample."""
    folder = tmp_path_factory.mktemp("states")
    with of_this_process(folder / "dbt") as manifest:
        pipeline = Pipeline(folder, manifest)
        names = [source.file_name for source in declared().sources]
        pipeline.deliver(
            {name: (declared().sample_data / name).read_bytes() for name in names}, date(2023, 8, 1)
        )
        yield pipeline


def ran(pipeline: Pipeline, *arguments: str) -> Path:
    """Run dbt, well or not; return the folder of its artifacts."""
    where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
    dbtRunner(manifest=pipeline.manifest).invoke(["--quiet", *arguments, *where])
    return pipeline.folder / "dbt"


def record(target: Path) -> None:
    """Give the build the state that the artifacts in the folder give it, if any."""
    if found := artifacts.read_audit(target):
        build_state.record(RUN, **asdict(found))


def test_a_whole_build_has_a_state(pipeline: Pipeline) -> None:
    """It names the run and dbt's invocation, and counts models and tests; a warning is no failure."""
    target = ran(pipeline, *WHOLE)
    record(target)
    state = build_state.require(RUN)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    assert state.invocation_id == results["metadata"]["invocation_id"]
    assert "warn" in {result["status"] for result in results["results"]}
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    kinds = [node["resource_type"] for node in nodes.values()]
    assert (state.models, state.tests) == (kinds.count("model") + kinds.count("seed"), kinds.count("test"))


def test_what_no_model_makes_is_dropped(pipeline: Pipeline) -> None:
    """A model that was removed or renamed leaves a table or a view, which readers would take for a result."""
    layers = "select table_schema, table_name from information_schema.tables where table_schema <> 'audit'"
    record(ran(pipeline, *WHOLE))
    made = sorted(pipeline.rows(layers))
    assert ("intermediate", "int_events") in made
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("create table marts.fct_requests as select 1 as one")
        connection.execute('create view marts."of old" as from marts.fct_requests')
    record(ran(pipeline, "build", "--select", "stg_users"))
    assert len(pipeline.rows(layers)) == len(made) + 2
    record(ran(pipeline, *WHOLE))
    assert sorted(pipeline.rows(layers)) == made


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("test", "--select", "stg_users"),
        ("build", "--select", "stg_users"),
        ("build", "--exclude", "unique_int_requests_booking_id"),
        (*WHOLE, "--empty"),
    ],
    ids=" ".join,
)
def test_any_other_command_takes_it(arguments: tuple[str, ...], pipeline: Pipeline) -> None:
    """A part, without rows, with another definition, or without the tests: not what is to be published."""
    audit(RUN)
    assert build_state.require(RUN)
    record(ran(pipeline, *arguments))
    with pytest.raises(WarehouseInvalid, match=f"found that `dbt {arguments[0]}` began"):
        build_state.require(RUN)


def test_a_what_if_is_not_published(pipeline: Pipeline) -> None:
    """It is built and tested, and its report is written; readers never get it for the standard result."""
    record(ran(pipeline, *WHOLE, "--vars", "{rebooking_window_days: 60}"))
    assert build_state.require(RUN, is_what_if=True).variables == {"rebooking_window_days": 60}
    with pytest.raises(WarehouseInvalid, match=r"as a what-if, with \{'rebooking_window_days': 60\}"):
        build_state.require(RUN)


def test_a_variable_as_it_is_by_default_is_no_what_if(pipeline: Pipeline) -> None:
    """The result is the standard one."""
    record(ran(pipeline, *WHOLE, "--vars", "{rebooking_window_days: 30}"))
    assert build_state.require(RUN).variables == {}


def test_commands_that_only_read_leave_it(pipeline: Pipeline) -> None:
    """Documentation of the build, or a look at its rows."""
    audit(RUN)
    ran(pipeline, "compile", "--select", "stg_users")
    ran(pipeline, "show", "--inline", "select 1 as one")
    ran(pipeline, "docs", "generate")
    assert build_state.require(RUN)


def test_results_of_an_earlier_command_count_for_nothing(pipeline: Pipeline) -> None:
    """A dbt that cannot begin leaves the results of the one before, whole and good."""
    target = ran(pipeline, *WHOLE)
    assert artifacts.read_audit(target)
    build_state.revoke_in(settings().build_path, "`dbt build` began")
    record(target)
    with pytest.raises(WarehouseInvalid, match="found that `dbt build` began"):
        build_state.require(RUN)


def test_results_of_another_database_count_for_nothing(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole build of a copy leaves good results, and the build of the runs as it was."""
    copy = pipeline.folder / "elsewhere"
    shutil.copytree(os.environ["MENTOR_WAREHOUSE_DIR"], copy, symlinks=True)
    build_state.revoke_in(settings().build_path, "`dbt build` began")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("MENTOR_WAREHOUSE_DIR", str(copy))
        target = ran(pipeline, *WHOLE)
    assert artifacts.read_audit(target)
    record(target)
    with pytest.raises(WarehouseInvalid, match="found that `dbt build` began"):
        build_state.require(RUN)


@pytest.mark.parametrize("left", ["", '{"metadata": {"invocation_id": "'])
def test_results_that_are_cut_off_count_for_nothing(left: str, pipeline: Pipeline) -> None:
    """A dbt that was killed while it wrote them."""
    target = ran(pipeline, *WHOLE)
    (target / "run_results.json").write_text(left, encoding="utf-8")
    assert artifacts.read_audit(target) is None
    assert failures.describe(target) == {}
