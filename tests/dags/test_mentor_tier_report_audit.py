"""The DAG of the audit as Airflow reads it: weekly, one task, and an alert when it fails."""

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, CronTriggerTimetable

from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.notify import run_alerts
from include.pipeline.orchestration.task_defaults import leave_warehouse


def dag() -> DAG:
    return DagBag(dag_folder=str(PROJECT_DIR / "dags"), bundle_name="dags").dags[declared().audit_dag_id]


def test_the_build_is_audited_every_week() -> None:
    """After the night of Sunday, by one task; there is nothing to ask of it and nothing to publish."""
    audit = dag()
    assert audit.schedule == CronTriggerTimetable("0 12 * * 0", timezone="UTC")
    assert audit.task_ids == ["audit"]
    assert not audit.params.dump()
    assert audit.deadline is None


def test_with_spark_it_is_only_triggered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build in a lake is not copied: every scheduled audit would fail."""
    monkeypatch.setenv("MENTOR_ENGINE", "spark")
    assert dag().timetable.can_be_scheduled is False


def test_a_failed_audit_alerts() -> None:
    """By its task or, where that was killed, by the run."""
    audit = dag()
    assert audit.get_task("audit").on_failure_callback == [leave_warehouse, run_alerts.task_failed]
    assert audit.on_failure_callback == [leave_warehouse, run_alerts.run_failed]
