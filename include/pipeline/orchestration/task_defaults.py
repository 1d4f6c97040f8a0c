"""The arguments that the DAGs of every pipeline have: where tasks run, and what happens when one fails."""

from datetime import timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]  # Airflow's stub lacks deadlines
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    SyncCallback,
)

from include.pipeline.core import lock
from include.pipeline.core.deployment_settings import alert_addresses, deployment_settings
from include.pipeline.core.errors import TransientError, UserFacingError
from include.pipeline.core.settings import declared
from include.pipeline.engines.chosen import engine
from include.pipeline.notify import run_alerts
from include.pipeline.orchestration.params import params


def leave_warehouse(context: Any) -> None:
    """Release the warehouse for the next run, after the last try of a task or the run failed."""
    lock.release(context["run_id"])


def _publication_deadline() -> DeadlineAlert | None:
    """Return the deadline for a run to publish, which the scheduler checks; None if alerts are off."""
    if not alert_addresses():
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=deployment_settings().publish_within,
        callback=SyncCallback(run_alerts.publication_late),
        name="publication late",
    )


RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(TransientError, RetryAction.RETRY),
        # The same delivery and the same settings fail in the same way.
        RetryRule(UserFacingError, RetryAction.FAIL),
    ]
)
# For a task that retries transient errors itself.
RETRY_UNKNOWN_ERRORS = ExceptionRetryPolicy(rules=[RetryRule(UserFacingError, RetryAction.FAIL)])
RETRIES = 2


def dag_defaults() -> dict[str, Any]:
    """Return the arguments of the pipeline's DAG that do not depend on its schedule."""
    return {**common_defaults(), "params": params(), "deadline": _publication_deadline()}


def common_defaults() -> dict[str, Any]:
    """Return the arguments of any DAG, also of one that takes no delivery and publishes nothing."""
    return {
        "catchup": False,
        "max_active_runs": 1,
        "default_args": {
            "owner": declared().owner,
            # Only Celery's executor has queues.
            **({"queue": engine().queue} if engine().queue else {}),
            "retries": RETRIES,
            "retry_delay": timedelta(seconds=10),
            "retry_policy": RETRY_POLICY,
            "on_failure_callback": [leave_warehouse, run_alerts.task_failed],
        },
        # A task whose process was killed calls no callback of its own.
        "on_failure_callback": [leave_warehouse, run_alerts.run_failed],
    }
