"""What is timed of each contestant: one delivery, from its files to its result, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks import event_log, measure
from benchmarks.dbt_command import dbt
from benchmarks.lean_route import dbt_command as lean
from benchmarks.measure import Measured
from include.pipeline.core.settings import DUCKDB, SPARK
from include.pipeline.engines.spark import cluster
from include.simulator.consecutive_days import Delivery
from tests.support.deployment import Deployment
from tests.support.scheduler import scheduling, until

BIN = Path(sys.executable).parent
# Longer than what is worth waiting for, at 15 million events.
SECONDS = 3600
DAG_ID = "mentor_tier_report"


def floor(deployment: Deployment, delivery: Delivery) -> Measured:
    """Read the events, and nothing else."""
    database = deployment.folder / "floor.duckdb"
    return _module(deployment, "benchmarks.floor", delivery.folder / "booking_events.json", database)


def dbt_build(deployment: Deployment, delivery: Delivery) -> Measured:
    """Run dbt on a raw layer that was made before, by the pipeline's own stages."""
    deployment.environment["MENTOR_DATA_DIR"] = str(delivery.folder)
    for stage in ("ingest", "validate"):
        done = deployment.command(stage)
        assert not done.returncode, done.stdout
    _parse(deployment)
    build = dbt("build", "--exclude-resource-type", "unit_test")
    return measure.command(build, _environment(deployment), deployment.folder / "log", SECONDS)


def usual_route(deployment: Deployment, delivery: Delivery) -> Measured:
    """Run the script of the usual route."""
    database = deployment.folder / "warehouse" / "build" / "current" / "mentoring.duckdb"
    _parse(deployment)
    return _module(deployment, "benchmarks.usual_route", delivery.folder, database)


def lean_route(deployment: Deployment, delivery: Delivery) -> Measured:
    """Run the script of the lean route."""
    warehouse = deployment.folder / "warehouse"
    warehouse.mkdir(exist_ok=True)
    parsed = deployment.process(*lean.dbt(warehouse, "parse"))
    assert not parsed.returncode, parsed.stdout
    return _module(deployment, "benchmarks.lean_route", delivery.folder, warehouse)


def dags_test(deployment: Deployment, delivery: Delivery) -> Measured:
    """Run the DAG in one process."""
    return one_more_day(prepared(deployment), delivery)


def prepared(deployment: Deployment) -> Deployment:
    """Return the deployment, ready for `one_more_day`."""
    deployment.environment["AIRFLOW_HOME"] = str(deployment.folder / "airflow")
    # Airflow makes its database when it starts for the first time.
    made = deployment.process(str(BIN / "airflow"), "version")
    assert not made.returncode, made.stdout
    _parse(deployment)
    return deployment


def one_more_day(deployment: Deployment, delivery: Delivery) -> Measured:
    """Run the DAG in one process, on a deployment that is prepared."""
    deployment.environment["MENTOR_DATA_DIR"] = str(delivery.folder)
    test = [str(BIN / "airflow"), "dags", "test", DAG_ID, delivery.data_date.isoformat()]
    return measure.command(test, _environment(deployment), deployment.folder / "log", SECONDS)


def under_scheduler(deployment: Deployment, delivery: Delivery) -> Measured:
    """Trigger a run of the DAG, and wait for its end."""
    return _scheduled(deployment, delivery, deployment.project / "dags", DAG_ID)


def local_mode(deployment: Deployment, delivery: Delivery) -> Measured:
    """The same, with a dbt process for each model and each model's tests."""
    return _scheduled(deployment, delivery, deployment.project / "benchmarks" / "dags", "local_mode")


def on_spark(deployment: Deployment, delivery: Delivery, workers: int) -> Measured:
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


def _scheduled(deployment: Deployment, delivery: Delivery, dags: Path, dag_id: str) -> Measured:
    deployment.environment["MENTOR_DATA_DIR"] = str(delivery.folder)
    _parse(deployment)
    with scheduling(deployment, dags, dag_id) as scheduler:
        until(scheduler.knows_the_dag)
        scheduler.warm_up()
        with measure.watching(scheduler.pids()) as watch:
            run = scheduler.trigger(delivery.data_date.isoformat())
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
