"""The arguments that every pipeline's DAG has: where its tasks run, and what happens when one fails."""

from datetime import timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]  # Airflow's stub lacks what is of deadlines
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
    """Let the next run have the warehouse at once, after a task or the run has failed for good."""
    lock.release(context["run_id"])


def _publication_deadline() -> DeadlineAlert | None:
    """Return by when a run is to have published, which the scheduler watches; None where alerts are off."""
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
# For a task that has tried again by itself what may pass.
RETRY_UNKNOWN_ERRORS = ExceptionRetryPolicy(rules=[RetryRule(UserFacingError, RetryAction.FAIL)])
RETRIES = 2


def dag_defaults() -> dict[str, Any]:
    """Return the arguments of the DAG that do not depend on its schedule."""
    return {
        "catchup": False,
        "max_active_runs": 1,
        "params": params(),
        "default_args": {
            "owner": declared().owner,
            # Executors other than Celery's know no queues.
            **({"queue": engine().queue} if engine().queue else {}),
            "retries": RETRIES,
            "retry_delay": timedelta(seconds=10),
            "retry_policy": RETRY_POLICY,
            "on_failure_callback": [leave_warehouse, run_alerts.task_failed],
        },
        # A task whose process was killed has called nothing.
        "on_failure_callback": [leave_warehouse, run_alerts.run_failed],
        "deadline": _publication_deadline(),
    }
