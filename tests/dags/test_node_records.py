"""What Airflow's records of the tasks of models and tests say when a run has ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from sqlalchemy.orm import Session

from include.pipeline.transform.node_records import MAX_NOTE_CHARS, WARNED
from include.pipeline.transform.node_results import RECORDS, Record

BUILD = "dbt.build"
MODEL, TEST, CHECK, LATER = (
    *("dbt.staging.stg_events.run", "dbt.staging.stg_events.test"),
    *("dbt.checks.users_of_events_exist_test", "dbt.marts.dim_dates.run"),
)
BEGAN = datetime(2031, 8, 1, 0, 0, 1, 500_000, tzinfo=UTC)
HALF_A_SECOND = timedelta(seconds=0.5)
TIMES = [(BEGAN + later).replace(tzinfo=None).isoformat() for later in (timedelta(), HALF_A_SECOND)]
GOT = "test.users: Got 2 results, 0.50 s"


def record(times: list[str] | None = TIMES, warning: str = "") -> Record:
    return Record(times=times, warning=warning)


def end(run: DagRun, session: Session, state: str, pushed: dict[str, Record]) -> dict[str, Any]:
    """Let the run end after an hour, and return the records of its tasks.

    Args:
        run: to end.
        session: of the run.
        state: in which one of its tasks ends, and so the run.
        pushed: what the task that runs dbt has reported.
    """
    XComModel.set(
        RECORDS, pushed, dag_id=run.dag_id, task_id=BUILD, run_id=run.run_id, serialize=False, session=session
    )
    for instance in run.get_task_instances(session=session):
        instance.state = "skipped" if instance.task_id == LATER else "success"
        instance.start_date = BEGAN - timedelta(hours=1)
        instance.end_date = BEGAN + timedelta(hours=1)
        instance.set_duration()
    run.get_task_instance("report", session=session).state = state
    run.state = "running"
    session.flush()
    run.update_state(session=session, execute_callbacks=False)
    assert run.state == state
    session.flush()
    session.expire_all()
    return {instance.task_id: instance for instance in run.get_task_instances(session=session)}


@pytest.mark.parametrize("state", ["success", "failed"])
def test_tasks_of_models_have_dbts_times(run: DagRun, session: Session, state: str) -> None:
    """Not those of their wait, whatever became of the run; the times of all other tasks stay."""
    tasks = end(run, session, state, {MODEL: record(), LATER: record(None)})
    assert (tasks[MODEL].start_date, tasks[MODEL].end_date) == (BEGAN, BEGAN + HALF_A_SECOND)
    assert tasks[MODEL].duration == 0.5
    # dbt did not come to it.
    assert tasks[LATER].duration == 0
    assert {tasks[name].duration for name in (BUILD, "report", TEST)} == {7200}
    assert {task.note for task in tasks.values()} == {run.note} == {None}


def test_warnings_are_notes_of_their_tasks_and_of_the_run(run: DagRun, session: Session) -> None:
    """A test that warned is green: the note is what people see. A long one is cut."""
    tasks = end(run, session, "success", {CHECK: record(warning=GOT), MODEL: record()})
    assert tasks[CHECK].note == run.note == f"{WARNED}\n{GOT}"
    assert tasks[MODEL].note is None
    run.note = tasks[CHECK].note = None
    tasks = end(run, session, "success", {CHECK: record(warning=GOT * 100)})
    assert len(tasks[CHECK].note) == MAX_NOTE_CHARS


def test_a_note_is_that_of_the_last_build_unless_a_person_wrote_it(run: DagRun, session: Session) -> None:
    """A run that was cleared does not show what warned before."""
    end(run, session, "success", {CHECK: record(warning=GOT), TEST: record(warning=GOT)})
    for instance in run.get_task_instances(session=session):
        instance.try_number = 2
    run.get_task_instance(TEST, session=session).note = "Ann looks into it"
    tasks = end(run, session, "success", {CHECK: record(), TEST: record(warning=GOT), MODEL: record()})
    assert (tasks[CHECK].note, run.note) == ("", f"{WARNED}\n{GOT}")
    assert tasks[TEST].note == "Ann looks into it"
    assert tasks[MODEL].note is None
