"""Where Airflow runs tasks, and what happens when one fails: retries, lock release, alerts."""

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
from include.pipeline.core.errors import TransientError, UserFacingError
from include.pipeline.core.settings import alert_addresses, publish_within
from include.pipeline.engines.chosen import engine
from include.pipeline.notify import run_alerts

# Executors other than Celery's know no queues.
QUEUE = {"queue": engine().queue} if engine().queue else {}


def leave_warehouse(context: Any) -> None:
    """Let the next run have the warehouse at once, after a task or the run has failed for good."""
    lock.release(context["run_id"])


def publication_deadline() -> DeadlineAlert | None:
    """Return by when a run is to have published, which the scheduler watches; None where alerts are off."""
    if not alert_addresses():
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=publish_within(),
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
ON_FAILURE = {
    "retries": RETRIES,
    "retry_delay": timedelta(seconds=10),
    "retry_policy": RETRY_POLICY,
    "on_failure_callback": [leave_warehouse, run_alerts.task_failed],
}
# A task whose process was killed has called nothing.
ON_RUN_FAILURE: list[Any] = [leave_warehouse, run_alerts.run_failed]
