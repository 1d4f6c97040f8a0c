"""Alerts of whole runs: Airflow calls for them, once each, in `airflow dags test` and under a scheduler."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

import pytest

from include.mentoring.generator import defects
from include.mentoring.settings import PROJECT_DIR, SAMPLE_DATA_DIR
from tests.deployment import Deployment
from tests.mentoring.receiver import Receiver, receiving

pytestmark = pytest.mark.airflow

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
SECONDS = 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def deployment(tmp_path: Path, receiver: Receiver) -> Deployment:
    """A deployment with the sample in its landing folder, whose alerts go to the receiver."""
    shutil.copytree(SAMPLE_DATA_DIR, tmp_path / "data")
    return Deployment(tmp_path, environment={"MENTOR_ALERT_URL": receiver.address, "NO_PROXY": "127.0.0.1"})


def copy_project(deployment: Deployment) -> Path:
    """Have the deployment run a copy of the checkout, to break; return its folder."""
    deployment.project = deployment.folder / "project"
    for name in ("dags", "include", "plugins"):
        ignored = shutil.ignore_patterns("__pycache__", "logs")
        shutil.copytree(PROJECT_DIR / name, deployment.project / name, ignore=ignored)
    shutil.copy(PROJECT_DIR / ".env", deployment.project)
    return deployment.project


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_refused_delivery_is_told_once(deployment: Deployment, receiver: Receiver) -> None:
    """The gate's task tells it in the gate's words; the tasks after it and the run have nothing to add."""
    defects.apply("orphan_requests", deployment.data)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 1, done.stdout
    told = receiver.only()
    assert told["title"] == "mentor_tier_report: delivery refused"
    for words in ("Task: validate.quality_gate", "events.user_id", "booking_requested", "nothing yet"):
        assert words in told["message"]


def test_a_failed_build_is_told_once_and_rejected_rows_are_told_before(
    deployment: Deployment, receiver: Receiver
) -> None:
    """Only the task that ran dbt tells of it, not those of the model and of its tests, nor the run."""
    models = copy_project(deployment) / "include" / "dbt" / "models"
    replace(models / "marts" / "dim_mentors.sql", "periods.tier,", "periods.no_such_column as tier,")
    defects.apply("unknown_event_type", deployment.data, rows=2)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 1, done.stdout
    assert receiver.titles == ["mentor_tier_report: 2 rows rejected", "mentor_tier_report: run failed"]
    for words in ("Task: dbt.build", "dbt model dim_mentors", "no_such_column"):
        assert words in receiver.alerts[1]["message"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def scheduling(deployment: Deployment) -> Iterator[None]:
    """Run the scheduler, and what it needs, on records of its own for the length of the block."""
    port = free_port()
    deployment.environment |= {
        "MENTOR_WAREHOUSE_DIR": str(deployment.folder / "warehouse"),
        "MENTOR_DATA_DIR": str(deployment.data),
        "PYTHONPATH": str(deployment.project),
        "AIRFLOW_HOME": str(deployment.folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(deployment.project / "dags"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API_AUTH__JWT_SECRET": "the secret of a test" * 4,
    }
    migrated = deployment.process(AIRFLOW, "db", "migrate")
    assert migrated.returncode == 0, migrated.stdout
    processes = []
    try:
        for component in ("api-server", "dag-processor", "scheduler", "triggerer"):
            with (deployment.folder / f"{component}.log").open("w") as log:
                processes.append(
                    subprocess.Popen(
                        [AIRFLOW, component],
                        env={**os.environ, **deployment.environment},
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait(60)


def wait_for(receiver: Receiver, alerts: int) -> None:
    given_up = time.monotonic() + SECONDS
    while len(receiver.alerts) < alerts and time.monotonic() < given_up:
        time.sleep(0.5)


def test_under_a_scheduler_every_failure_is_told_once_and_a_late_publication(
    deployment: Deployment, receiver: Receiver
) -> None:
    """A task tells why it failed; one that was killed, for want of memory, is told by the run."""
    project = copy_project(deployment)
    replace(
        project / "include" / "mentoring" / "gate" / "operator.py",
        '        verdict = validate(context["run_id"], self._run_checkpoint)\n',
        "        import os, signal\n\n        os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    deployment.environment |= {"MENTOR_PUBLISH_WITHIN_MINUTES": "0.1", "MENTOR_DELIVERY_WAIT_MINUTES": "0"}
    users = deployment.data / "users_db_export.csv"
    users.rename(deployment.folder / "later")
    with scheduling(deployment):
        wait_for(receiver, 2)
        (deployment.folder / "later").rename(users)
        triggered = deployment.process(AIRFLOW, "dags", "trigger", "mentor_tier_report")
        assert triggered.returncode == 0, triggered.stdout
        wait_for(receiver, 4)
    assert sorted(receiver.titles) == [
        "mentor_tier_report: delivery late",
        "mentor_tier_report: publication late",
        "mentor_tier_report: publication late",
        "mentor_tier_report: run failed",
    ]
    missing, *late, killed = (alert["message"] for alert in sorted(receiver.alerts, key=itemgetter("title")))
    for words in ("Run: scheduled__", "Task: ingest.await_delivery", "users_db_export.csv", "nothing yet"):
        assert words in missing
    for words in ("Run: manual__", "Task: validate.quality_gate", "ended without a word", "nothing yet"):
        assert words in killed
    assert {message.partition("__")[0] for message in late} == {"Run: scheduled", "Run: manual"}
    assert "has not published within 0.1 minutes" in late[0]
