"""What Airflow does when a task fails: try again what may pass, and leave the warehouse."""

from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from include.mentoring import lease
from include.mentoring.errors import MentoringError, PassingFault


def leave_warehouse(context: Any) -> None:
    """Let the next run have the warehouse at once, after a task has failed for good."""
    lease.release(context["run_id"])


RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(PassingFault, RetryAction.RETRY),
        # The same delivery and the same settings fail in the same way.
        RetryRule(MentoringError, RetryAction.FAIL),
    ]
)
ON_FAILURE = {
    "retries": 2,
    "retry_delay": timedelta(seconds=10),
    "retry_policy": RETRY_POLICY,
    "on_failure_callback": leave_warehouse,
}
