"""Gives the tasks of models and tests dbt's own times and warnings when a run of the scheduler has ended.

Such a task waits in the triggerer from the run's beginning, and Airflow counts the wait: it sets the start of
a task when it defers it, keeps it when the task goes on, and has no call to move it. A second try that
begins with the node would show each node as failed once, and begin seconds after a node of half a second has
ended. So its duration and the Gantt chart are dbt's once the run has ended; until then its log has them.
"""

from datetime import UTC, datetime
from typing import Any

from airflow.listeners import hookimpl

from include.pipeline.transform.node_results import RECORDS

WARNED = "Warned by dbt:"
# Of a note in Airflow's database.
MAX_NOTE_CHARS = 1000


@hookimpl
def on_dag_run_success(dag_run: Any) -> None:
    """Show them on the tasks of a run that ended well."""
    _show(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any) -> None:
    """Show them on the tasks of a run that failed."""
    _show(dag_run)


def _show(run: Any) -> None:
    # Every process of Airflow imports this file; only one that ends a run needs the database.
    from airflow.models.xcom import XComModel
    from sqlalchemy.orm import object_session

    session = object_session(run)
    if session is None:
        return
    pushed = session.scalars(XComModel.get_many(run_id=run.run_id, key=RECORDS, dag_ids=run.dag_id)).first()
    if pushed is None:
        return
    shown = XComModel.deserialize_value(pushed)
    for instance in run.get_task_instances(session=session):
        record = shown.get(instance.task_id)
        if record is None or instance.end_date is None:
            continue
        began, ended = map(_moment, record["times"]) if record["times"] else [instance.end_date] * 2
        instance.start_date, instance.end_date = began, ended
        instance.set_duration()
        # Only a task that ran before can have an earlier note.
        if record["warning"] or instance.try_number > 1:
            _note(instance, record["warning"])
    _note(run, "\n".join(record["warning"] for record in shown.values() if record["warning"]))


def _moment(time: str) -> datetime:
    """Return a time of dbt, which is UTC and does not say so."""
    return datetime.fromisoformat(time).replace(tzinfo=UTC)


def _note(owner: Any, warning: str) -> None:
    """Note the warnings on a task or a run, in the place of earlier ones; what a person noted stays."""
    earlier = owner.note or ""
    if earlier.startswith(WARNED) or (warning and not earlier):
        owner.note = f"{WARNED}\n{warning}"[:MAX_NOTE_CHARS] if warning else ""
