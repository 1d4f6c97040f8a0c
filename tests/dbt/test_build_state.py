"""A build has a state once dbt has built and tested all of it, until the next command that changes it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from include.pipeline.core import build_state
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared
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


def test_a_whole_build_has_a_state(pipeline: Pipeline) -> None:
    """It names the run and dbt's invocation, and counts models and tests; a warning is no failure."""
    target = ran(pipeline, *WHOLE)
    build_state.record(RUN, target)
    state = build_state.require(RUN)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    assert state.invocation_id == results["metadata"]["invocation_id"]
    assert "warn" in {result["status"] for result in results["results"]}
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    kinds = [node["resource_type"] for node in nodes.values()]
    assert (state.models, state.tests) == (kinds.count("model"), kinds.count("test"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("test", "--select", "stg_users"),
        ("build", "--select", "stg_users"),
        ("build", "--exclude", "unique_fct_requests_booking_id"),
        (*WHOLE, "--empty"),
    ],
    ids=" ".join,
)
def test_any_other_command_takes_it(arguments: tuple[str, ...], pipeline: Pipeline) -> None:
    """A part, without rows, with another definition, or without the tests: not what is to be published."""
    before = build_state.last_invocation(ran(pipeline, "run", "--select", "stg_mentors"))
    audit(RUN)
    assert build_state.require(RUN)
    target = ran(pipeline, *arguments)
    build_state.record(RUN, target, after=before)
    with pytest.raises(WarehouseInvalid, match=f"found that `dbt {arguments[0]}` began"):
        build_state.require(RUN)


def test_a_what_if_is_not_published(pipeline: Pipeline) -> None:
    """It is built and tested, and its report is written; readers never get it for the standard result."""
    before = build_state.last_invocation(ran(pipeline, "run", "--select", "stg_mentors"))
    build_state.record(RUN, ran(pipeline, *WHOLE, "--vars", "{rebooking_window_days: 60}"), after=before)
    assert build_state.require(RUN, is_what_if=True).variables == {"rebooking_window_days": 60}
    with pytest.raises(WarehouseInvalid, match=r"as a what-if, with \{'rebooking_window_days': 60\}"):
        build_state.require(RUN)


def test_commands_that_only_read_leave_it(pipeline: Pipeline) -> None:
    """Documentation of the build, or a look at its rows."""
    audit(RUN)
    ran(pipeline, "compile", "--select", "stg_users")
    ran(pipeline, "show", "--inline", "select 1 as one")
    ran(pipeline, "docs", "generate")
    assert build_state.require(RUN)


def test_results_of_an_earlier_command_count_for_nothing(pipeline: Pipeline) -> None:
    """A dbt that cannot begin leaves the results of the one before."""
    target = ran(pipeline, *WHOLE)
    ran(pipeline, "run", "--select", "stg_mentors")
    (target / "run_results.json").write_text(
        json.dumps({"metadata": {"invocation_id": "earlier"}, "args": {"which": "build"}, "results": []})
    )
    build_state.record(RUN, target, after="earlier")
    with pytest.raises(WarehouseInvalid):
        build_state.require(RUN)
