"""Refuses a run when it is triggered, in the UI, over the API or by a command, if no task of it could run.

A cluster policy of Airflow: it is called for each task of a new run, in the transaction that makes the run.
"""

from typing import Any

from include.pipeline.core import data_dates
from include.pipeline.core.settings import declared


def task_instance_mutation_hook(task_instance: Any, dag_run: Any) -> None:
    """Refuse a triggered run of the pipeline with an impossible date or an unknown parameter.

    Args:
        task_instance: of the new run.
        dag_run: the run; None where Airflow does not know it.

    Raises:
        DateRefused: its date is in the future, or too early; the run is not made.
        ParameterUnknown: its `conf` has an unknown key; the run is not made.
    """
    # A run of `airflow dags test` begins without being queued, at any date; a backfill fails task by task.
    if dag_run is None or (dag_run.run_type, dag_run.state) != ("manual", "queued"):
        return
    if task_instance.dag_id != declared().dag_id:
        return
    if dag_run.conf:
        # Not at the top of the file: Airflow imports it before it is complete itself.
        from include.pipeline.orchestration.params import params, require_known

        require_known(dag_run.conf, params())
    logical_date, data_date = dag_run.logical_date, (dag_run.conf or {}).get(data_dates.DATA_DATE)
    if logical_date:
        data_dates.require_reached(logical_date)
    if data_date or logical_date:
        data_dates.require_possible(data_date or logical_date.date().isoformat())
