"""The DAG on Spark, on the real delivery: its figures, work on both workers, and none lost with a worker."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pipeline.core.settings import SPARK, declared
from include.pipeline.engines.spark.cluster import Cluster, started
from tests.support import real_figures
from tests.support.deployment import Deployment

DATE = "2023-08-01"
# Far more than anything takes.
SECONDS = 900


def on_spark(folder: Path, delivery: Path, **variables: str) -> Deployment:
    """Return a deployment whose lake is where others have their warehouse."""
    environment = {"MENTOR_ENGINE": SPARK, "MENTOR_LAKE": str(folder / "warehouse"), **variables}
    return Deployment(folder, environment={"MENTOR_DATA_DIR": str(delivery), **environment})


def dbt(deployment: Deployment, *arguments: str) -> "subprocess.Popen[str]":
    """Begin `make dbt`; its output goes into a file of the deployment."""
    with (deployment.folder / "dbt.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "include.pipeline.cli", "dbt", *arguments],
            cwd=deployment.project,
            env={**os.environ, **deployment.variables()},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def ended(process: "subprocess.Popen[str]", deployment: Deployment) -> None:
    """Wait for the end of what `dbt` began; fail with its output where it failed."""
    try:
        assert process.wait(SECONDS) == 0, (deployment.folder / "dbt.log").read_text(encoding="utf-8")[-5000:]
    finally:
        stop(process)


def stop(process: "subprocess.Popen[str]") -> None:
    """End what `dbt` began where it has not ended: without its cluster it would wait for good."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tasks(deployment: Deployment) -> Counter[str]:
    """Return how many tasks of Spark each executor has ended well, by the event logs of all builds."""
    logs = (deployment.folder / "warehouse" / "tables").glob("*/event-log/**/events_*")
    done: Counter[str] = Counter()
    for log in logs:
        # The last line may be half written.
        for line in log.read_text(encoding="utf-8").rpartition("\n")[0].splitlines():
            event = json.loads(line) if "SparkListenerTaskEnd" in line else {}
            if event and not event["Task Info"]["Failed"]:
                done[event["Task Info"]["Executor ID"]] += 1
    return done


@pytest.fixture(scope="module")
def run(cluster: Cluster, real_delivery: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Return a deployment in which the DAG has run, on a cluster that the run has started itself."""
    deployment = on_spark(tmp_path_factory.mktemp("run"), real_delivery, MENTOR_SPARK_MASTER="")
    return has_run(deployment)


@pytest.fixture(scope="module")
def run_on_duckdb(real_delivery: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Return a deployment in which the DAG has run on the same delivery, with the other engine."""
    environment = {"MENTOR_DATA_DIR": str(real_delivery)}
    return has_run(Deployment(tmp_path_factory.mktemp("duckdb"), environment=environment))


def has_run(deployment: Deployment) -> Deployment:
    """Run the DAG; what was on the screen goes into a file of the deployment."""
    done = deployment.command("run", "--date", DATE)
    assert done.returncode == 0, done.stdout
    (deployment.folder / "run.log").write_text(done.stdout, encoding="utf-8")
    return deployment


@pytest.mark.smoke
def test_the_report_has_the_figures_of_the_contract(run: Deployment) -> None:
    """The same document as of engine duckdb, with the expected figures of the real delivery."""
    real_figures.assert_figures(run.results())


@pytest.mark.smoke
def test_duckdb_makes_the_same_tables(run: Deployment, run_on_duckdb: Deployment) -> None:
    """Every row of marts and reports."""
    assert run.marts() == run_on_duckdb.marts()


@pytest.mark.smoke
def test_the_same_tasks_end_well_as_with_duckdb(run: Deployment, run_on_duckdb: Deployment) -> None:
    """Those of models and tests too: each shows what dbt did, though it did so in another environment."""
    told = stages(run)
    assert [line for line in told if line.startswith("  dbt ")]
    assert told == stages(run_on_duckdb)


def stages(run: Deployment) -> list[str]:
    """Return the lines of a run's screen on its stages, without seconds and the engines' names of files."""
    screen = (run.folder / "run.log").read_text(encoding="utf-8")
    own = ("  publish ", "  report ", "  total ")
    lines = (line for line in screen.splitlines() if line.startswith("  ") and not line.startswith(own))
    return [re.sub(r" in \d+ s$", "", line) for line in lines]


@pytest.mark.smoke
def test_both_workers_have_done_tasks(run: Deployment) -> None:
    """By Spark's own log; `driver` does none."""
    assert set(tasks(run)) == {"0", "1"}


def test_every_unit_test_passes(run: Deployment, cluster: Cluster) -> None:
    """The rules of the models, on this engine too."""
    run.environment["MENTOR_SPARK_MASTER"] = cluster.address
    ended(dbt(run, "test", "--select", "test_type:unit"), run)
    told = (run.folder / "dbt.log").read_text(encoding="utf-8")
    assert f"PASS={len(list(unit_tests()))} WARN=0 ERROR=0" in told


def unit_tests() -> Iterator[str]:
    yield from json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["unit_tests"]


def test_a_worker_that_dies_in_the_middle_changes_nothing(
    run: Deployment, real_delivery: Path, tmp_path: Path
) -> None:
    """Its executor's tasks, and the shuffled rows that it held, are computed again by the other one."""
    with started() as cluster:
        deployment = on_spark(tmp_path, real_delivery, MENTOR_SPARK_MASTER=cluster.address)
        for stage in (("ingest", "--date", DATE), ("validate",)):
            done = deployment.command(*stage)
            assert done.returncode == 0, done.stdout
        building = dbt(deployment, "build", "--exclude-resource-type", "unit_test")
        given_up = time.monotonic() + SECONDS
        try:
            while sum(tasks(deployment).values()) < 100:
                assert building.poll() is None and time.monotonic() < given_up, "it ended before it was hit"
                time.sleep(0.5)
            os.killpg(cluster.workers[0], signal.SIGKILL)
            before = tasks(deployment)
            ended(building, deployment)
        finally:
            stop(building)
        after = tasks(deployment)
    assert before["0"] and before["1"]
    survivor = max(after, key=lambda executor: after[executor] - before[executor])
    assert after[survivor] > before[survivor]
    published = deployment.command("publish")
    assert published.returncode == 0, published.stdout
    assert deployment.marts() == run.marts()
