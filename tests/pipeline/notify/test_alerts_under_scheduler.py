"""Alerts of whole runs: Airflow calls for them, once each, in `airflow dags test` and under a scheduler."""

import shutil
import time
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from include.simulator import defects
from tests.support.deployment import Deployment
from tests.support.receiver import Receiver, receiving
from tests.support.scheduler import scheduling

SECONDS = 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def deployment(copy_of_project: Path, tmp_path: Path, receiver: Receiver) -> Deployment:
    """A copy of the project with the sample in its landing folder, whose alerts go to the receiver."""
    shutil.copytree(declared().sample_data, tmp_path / "data")
    environment = {"MENTOR_ALERT_URL": receiver.address, "NO_PROXY": "127.0.0.1"}
    return Deployment(tmp_path, copy_of_project, environment)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.e2e
def test_a_failed_build_alerts_once_and_rejected_rows_alert_before(
    deployment: Deployment, receiver: Receiver
) -> None:
    """Only the task that ran dbt tells of it, not those of the model and of its tests, nor the run."""
    models = deployment.project / "include" / "dbt" / "models"
    replace(models / "marts" / "dim_mentors.sql", "periods.tier,", "periods.no_such_column as tier,")
    defects.apply("unknown_event_type", deployment.data, rows=2)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 1, done.stdout
    assert receiver.titles == ["mentor_tier_report: 2 rows rejected", "mentor_tier_report: run failed"]
    for words in ("Task: dbt.build", "dbt model dim_mentors", "no_such_column"):
        assert words in receiver.alerts[1]["message"]


def wait_for(receiver: Receiver, alerts: int) -> None:
    given_up = time.monotonic() + SECONDS
    while len(receiver.alerts) < alerts and time.monotonic() < given_up:
        time.sleep(0.5)


@pytest.mark.scheduler
def test_under_a_scheduler_every_failure_and_a_late_publication_alert_once(
    deployment: Deployment, receiver: Receiver
) -> None:
    """A failed task sends its reason; for one killed by lack of memory, the run sends the alert."""
    replace(
        deployment.project / "include" / "pipeline" / "quality" / "gate_operator.py",
        '        verdict = validate(context["run_id"], partial(super().execute, context))\n',
        "        import os, signal\n\n        os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    deployment.environment |= {"MENTOR_PUBLISH_WITHIN_MINUTES": "0.1", "MENTOR_DELIVERY_WAIT_MINUTES": "0"}
    users = deployment.data / "users_db_export.csv"
    users.rename(deployment.folder / "later")
    with scheduling(deployment, AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE="True") as scheduler:
        wait_for(receiver, 2)
        (deployment.folder / "later").rename(users)
        scheduler.command("dags", "trigger", "mentor_tier_report")
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
    for words in (
        "Run: manual__",
        "Task: validate.quality_gate",
        "ended without an error message",
        "nothing yet",
    ):
        assert words in killed
    assert {message.partition("__")[0] for message in late} == {"Run: scheduled", "Run: manual"}
    assert "has not published within 0.1 minutes" in late[0]
