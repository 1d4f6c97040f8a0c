"""A build on Spark ends in any case, with all that it has started: cluster gone, or ended by a signal."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from include.pipeline.engines.spark.cluster import started
from tests.spark.test_runs import DATE, SECONDS, dbt, on_spark, stop, tasks
from tests.support import needs
from tests.support.deployment import Deployment
from tests.support.scheduler import until

COULD_NOT_RUN = 2
BUILD = ("build", "--exclude-resource-type", "unit_test")


@pytest.fixture
def deployment(real_delivery: Path, tmp_path: Path) -> Deployment:
    """Return a deployment whose builds do not wait long for an executor."""
    needs.spark()
    return on_spark(tmp_path, real_delivery, MENTOR_SPARK_MASTER="", MENTOR_SPARK_WAIT_MINUTES="0.1")


@pytest.fixture
def accepted(deployment: Deployment) -> Deployment:
    """Return it with its delivery in raw."""
    for stage in (("ingest", "--date", DATE), ("validate",)):
        done = deployment.command(*stage)
        assert done.returncode == 0, done.stdout
    return deployment


def on_the_way(building: "subprocess.Popen[str]", deployment: Deployment) -> list[psutil.Process]:
    """Return the processes of a build that is in the middle: dbt, its session, the cluster."""
    until(lambda: building.poll() is not None or sum(tasks(deployment).values()) >= 20)
    assert building.poll() is None, told(deployment)
    return psutil.Process(building.pid).children(recursive=True)


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def told(deployment: Deployment) -> str:
    return (deployment.folder / "dbt.log").read_text(encoding="utf-8")


@pytest.fixture
def building(accepted: Deployment) -> Iterator["subprocess.Popen[str]"]:
    """Begin a build."""
    building = dbt(accepted, *BUILD)
    yield building
    stop(building)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_of_it(
    accepted: Deployment, building: "subprocess.Popen[str]", sign: signal.Signals
) -> None:
    """As Airflow ends a task: the session and the cluster end with dbt, which says why."""
    started_by_it = on_the_way(building, accepted)
    (of_spark,) = psutil.Process(building.pid).children()
    of_spark.send_signal(sign)
    assert building.wait(SECONDS) == COULD_NOT_RUN
    assert f"Ended by {sign.name}" in told(accepted)
    until(lambda: not any(map(runs, started_by_it)))


def test_a_build_whose_workers_are_gone_gives_up(accepted: Deployment) -> None:
    """After the time that the settings allow; the build of before is as it was."""
    with started() as cluster:
        accepted.environment["MENTOR_SPARK_MASTER"] = cluster.address
        building = dbt(accepted, *BUILD)
        try:
            started_by_it = on_the_way(building, accepted)
            for worker in cluster.workers:
                os.killpg(worker, signal.SIGKILL)
            assert building.wait(SECONDS) == COULD_NOT_RUN
        finally:
            stop(building)
        assert f"Found no executor on {cluster.address} for 0.1 minutes" in told(accepted)
        until(lambda: not any(map(runs, started_by_it)))


def test_a_master_that_is_not_there_is_named(deployment: Deployment) -> None:
    """Nothing listens on the port: the run's last words say so, and what to do."""
    deployment.environment["MENTOR_SPARK_MASTER"] = "spark://127.0.0.1:9"
    failed = deployment.command("run", "--date", DATE)
    assert failed.returncode == 1, failed.stdout
    words = failed.stdout.rpartition("Failed: ")[2]
    assert "No session could be opened on spark://127.0.0.1:9" in words, failed.stdout
    assert "change MENTOR_SPARK_MASTER" in words
