"""Who takes part: each brings one delivery from its files to its result, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks import event_log, measure
from benchmarks.dbt_command import dbt
from benchmarks.deliveries import FIRST_DAY
from benchmarks.measure import Measured
from include.pipeline.core.settings import DUCKDB, SPARK
from include.pipeline.engines.spark import cluster
from tests.support.deployment import Deployment
from tests.support.scheduler import scheduling, until

BIN = Path(sys.executable).parent
# Longer than what is worth waiting for, at 15 million events.
SECONDS = 3600
DAG_ID = "mentor_tier_report"


@dataclass(frozen=True)
class Contestant:
    """A route from the files of a delivery to tables.

    Attributes:
        about: what it does, for the table of results.
        run: brings the delivery of a landing folder into the deployment, which holds nothing yet.
        most_events: of a delivery that it is given, once; more would take hours and say nothing new.
        is_on_spark: it takes part where engines are compared, and not elsewhere.
    """

    about: str
    run: Callable[[Deployment, Path], Measured]
    most_events: int | None = None
    is_on_spark: bool = False


def floor(deployment: Deployment, delivery: Path) -> Measured:
    """Read the events, and nothing else."""
    database = deployment.folder / "floor.duckdb"
    return _module(deployment, "benchmarks.floor", delivery / "booking_events.json", database)


def dbt_build(deployment: Deployment, delivery: Path) -> Measured:
    """Run dbt on a raw layer that was made before, by the pipeline's own stages."""
    deployment.environment["MENTOR_DATA_DIR"] = str(delivery)
    for stage in ("ingest", "validate"):
        done = deployment.command(stage)
        assert not done.returncode, done.stdout
    _parse(deployment)
    build = dbt("build", "--exclude-resource-type", "unit_test")
    return measure.command(build, _environment(deployment), deployment.folder / "log", SECONDS)


def usual_route(deployment: Deployment, delivery: Path) -> Measured:
    """Run the script of the usual route."""
    database = deployment.folder / "warehouse" / "build" / "current" / "mentoring.duckdb"
    _parse(deployment)
    return _module(deployment, "benchmarks.usual_route", delivery, database)


def dags_test(deployment: Deployment, delivery: Path, day: str = FIRST_DAY) -> Measured:
    """Run the DAG in one process."""
    deployment.environment |= {
        "MENTOR_DATA_DIR": str(delivery),
        "AIRFLOW_HOME": str(deployment.folder / "airflow"),
    }
    # Airflow makes its database when it starts for the first time.
    made = deployment.process(str(BIN / "airflow"), "version")
    assert not made.returncode, made.stdout
    _parse(deployment)
    test = [str(BIN / "airflow"), "dags", "test", DAG_ID, day]
    return measure.command(test, _environment(deployment), deployment.folder / "log", SECONDS)


def under_scheduler(deployment: Deployment, delivery: Path) -> Measured:
    """Trigger a run of the DAG, and wait for its end."""
    return _scheduled(deployment, delivery, deployment.project / "dags", DAG_ID)


def local_mode(deployment: Deployment, delivery: Path) -> Measured:
    """The same, with a dbt process for each model and each model's tests."""
    return _scheduled(deployment, delivery, deployment.project / "benchmarks" / "dags", "local_mode")


def on_spark(deployment: Deployment, delivery: Path, workers: int) -> Measured:
    """Run the DAG in one process, and its models on a cluster that has been started before."""
    lake = deployment.folder / "lake"
    with cluster.started(workers) as started:
        deployment.environment |= {
            "MENTOR_ENGINE": SPARK,
            "MENTOR_LAKE": str(lake),
            "MENTOR_SPARK_MASTER": started.address,
        }
        measured = dags_test(deployment, delivery)
    return replace(measured, work=event_log.work(lake))


CONTESTANTS = {
    "floor": Contestant("DuckDB's `create table … from read_json`, of the events alone", floor),
    "dbt build": Contestant("plain `dbt build` of the same project, on a raw layer made before", dbt_build),
    "usual route": Contestant(
        "pandas, `create or replace`, then dbt run, dbt test, dbt run; no gate, no ledger, no report",
        usual_route,
    ),
    "dags test": Contestant("this pipeline by `airflow dags test`", dags_test),
    "scheduler": Contestant(
        "this pipeline under a scheduler with PostgreSQL and the LocalExecutor, from trigger to end",
        under_scheduler,
    ),
    "local mode": Contestant(
        "the same with Cosmos' `ExecutionMode.LOCAL`, up to the last model: a dbt for each and its tests",
        local_mode,
        842,
    ),
    "spark, 1 worker": Contestant(
        "this pipeline by `airflow dags test` with engine spark, on a cluster with one core",
        partial(on_spark, workers=1),
        is_on_spark=True,
    ),
    "spark, 2 workers": Contestant(
        "the same on two workers, a core each", partial(on_spark, workers=2), is_on_spark=True
    ),
}


def _scheduled(deployment: Deployment, delivery: Path, dags: Path, dag_id: str) -> Measured:
    deployment.environment["MENTOR_DATA_DIR"] = str(delivery)
    _parse(deployment)
    with scheduling(deployment, dags, dag_id) as scheduler:
        until(scheduler.knows_the_dag)
        scheduler.warm_up()
        with measure.watching(scheduler.pids()) as watch:
            run = scheduler.trigger(FIRST_DAY)
            state = scheduler.ended(run, SECONDS)
        told = scheduler.run(run)
    begun, ended = (datetime.fromisoformat(told[moment]) for moment in ("queued_at", "end_date"))
    failure = "" if state == "success" else f"the run {state}"
    return Measured((ended - begun).total_seconds(), watch.peak_bytes / 1e6, failure)


def _parse(deployment: Deployment) -> None:
    """Parse the whole dbt project, as `make setup` does, for the warehouse has another path."""
    parsed = deployment.process(*dbt("parse", "--quiet"))
    assert not parsed.returncode, parsed.stdout


def _module(deployment: Deployment, name: str, *arguments: Path) -> Measured:
    command = [sys.executable, "-m", name, *map(str, arguments)]
    return measure.command(command, _environment(deployment), deployment.folder / "log", SECONDS)


def _environment(deployment: Deployment) -> dict[str, str]:
    return {**os.environ, **deployment.variables()}


def emptied(folder: Path) -> Deployment:
    """Return a deployment in the folder, which is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Deployment(folder, environment={"MENTOR_ENGINE": DUCKDB})


def copy_of(deployment: Deployment) -> Deployment:
    """Return a copy of a deployment with all that it holds, links within it included."""
    folder = deployment.folder.with_name(f"{deployment.folder.name}_next_day")
    # The published database is a link to its version, which a copy of each would break.
    subprocess.run(["cp", "--archive", str(deployment.folder), str(folder)], check=True)
    return Deployment(folder, environment={"MENTOR_ENGINE": DUCKDB})
