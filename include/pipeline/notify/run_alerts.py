"""Alerts about a run, sent to MENTOR_ALERT_URL; none where it is empty.

A run that fails, whose delivery is refused or late, or that publishes late, sends one. Alerts about its data
are in load_alerts.py. An alert that cannot be sent is logged, and the run continues.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from include.pipeline.core.atomic_files import write_atomically
from include.pipeline.core.deployment_settings import alert_addresses, deployment_settings
from include.pipeline.core.errors import (
    AuditFailed,
    DeliveryLate,
    DeliveryRefused,
    FileRefused,
    SettingInvalid,
    UserFacingError,
)
from include.pipeline.core.settings import declared, settings
from include.pipeline.notify.apprise_client import Alert, send

NO_ERROR = "It ended without an error message. See its log."

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class AlertUndelivered(UserFacingError):
    """An address did not take a test alert."""


def title(what: str) -> str:
    """Return the title of an alert: the DAG, and what happened to it."""
    return f"{declared().dag_id}: {what}"


def alerting(compose: Callable[Arguments, Alert | None]) -> Callable[Arguments, None]:
    """Make a function send the alert it composes, if any; it never raises, and does nothing while off."""

    @wraps(compose)
    def alerted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        alert = quietly(lambda: compose(*args, **kwargs))
        if alert:
            _send(alert)

    return alerted


def quietly(function: Callable[[], Result]) -> Result | None:
    """Call a function unless alerts are off; log what it raises, whatever it is."""
    if not alert_addresses():
        return None
    try:
        return function()
    except Exception as error:
        log.warning("An alert could not be made: %s: %s", type(error).__name__, error)
        return None


@alerting
def task_failed(context: Any) -> Alert | None:
    """Compose the alert that a run failed or has no delivery; Airflow calls it with the context of a task."""
    quietly(lambda: write_atomically(_alerted_path(), json.dumps(_key(context))))
    error = context.get("exception")
    what = "run failed"
    if isinstance(error, FileRefused | DeliveryRefused):
        what = "delivery refused"
    elif isinstance(error, DeliveryLate):
        what = "delivery late"
    elif isinstance(error, AuditFailed):
        what = "audit failed"
    return _of_failure(title(what), context["run_id"], context["task"].task_id, error or NO_ERROR)


@alerting
def run_failed(context: Any) -> Alert | None:
    """Compose the alert for a failed run whose killed process sent none; Airflow calls it."""
    alerted = _alerted_path()
    if alerted.exists() and json.loads(alerted.read_text(encoding="utf-8")) == _key(context):
        return None
    tasks = ", ".join(_failed_tasks(context)) or "none"
    return _of_failure(title("run failed"), context["run_id"], tasks, NO_ERROR)


@alerting
def publication_late(context: Any) -> Alert | None:
    """Compose the alert that nothing was published since a run was queued; Airflow calls it with the run."""
    from include.pipeline.publish import versions

    run = context["dag_run"]
    queued_at = datetime.fromisoformat(run["queued_at"]).replace(microsecond=0)
    if any(datetime.fromisoformat(kept.manifest["published_at"]) >= queued_at for kept in versions.kept()):
        return None
    return Alert(
        title("publication late"),
        f"Run: {run['dag_run_id']}\nIt was queued at {queued_at:%Y-%m-%d %H:%M} UTC, is {run['state']}, and"
        f" has not published within {deployment_settings().publish_within_minutes:g} minutes"
        f" (MENTOR_PUBLISH_WITHIN_MINUTES).\nPublished stays: {published()}",
        "warning",
    )


def published() -> str:
    """Return what readers open, as a sentence."""
    # What failed the run may also make the versions unreadable.
    try:
        from include.pipeline.publish import history, versions

        for version in versions.kept():
            if version.is_published:
                made = version.manifest
                return (
                    f"version {version.number} of {made['published_at']}, made by {made['run_id']}."
                    f" {history.sentence(made)}"
                )
    except Exception as error:
        return f"unknown, {error}"
    return "nothing yet"


def try_out(notify: Callable[[str], None]) -> None:
    """Send a test alert.

    Raises:
        SettingInvalid: no address is set, or Apprise does not know one of them.
        AlertUndelivered: an address did not take it.
    """
    addresses = alert_addresses()
    if not addresses:
        raise SettingInvalid(
            "MENTOR_ALERT_URL is empty, so alerts are off. Expected a URL of Apprise, such as"
            " mailtos://user:password@example.com; set it in the environment or in .env."
        )
    deliveries = send(Alert(title("test"), "Alerts come here.", "info"), addresses)
    for delivery in deliveries:
        if not delivery.fault:
            notify(f"{delivery.to}: accepted")
    failed = [delivery for delivery in deliveries if delivery.fault]
    if failed:
        raised = AlertUndelivered if all(delivery.is_known for delivery in failed) else SettingInvalid
        raise raised(
            f"MENTOR_ALERT_URL: found {'; '.join(f'{delivery.to}: {delivery.fault}' for delivery in failed)}."
            " Expected every address to accept the alert; correct it and try again."
        )


def _send(alert: Alert) -> None:
    try:
        deliveries = send(alert, alert_addresses())
    except Exception as error:
        # Its message may hold an address.
        log.warning("The alert %r could not be sent: %s", alert.title, type(error).__name__)
        return
    for delivery in deliveries:
        if delivery.fault:
            log.warning("The alert %r did not reach %s: %s", alert.title, delivery.to, delivery.fault)
        else:
            log.info("The alert %r was accepted by %s", alert.title, delivery.to)


def _of_failure(heading: str, run_id: str, task: str, error: object) -> Alert:
    # The error comes last: it may be long.
    body = f"Run: {run_id}\nTask: {task}\nPublished stays: {published()}\n\n{error}"
    return Alert(heading, body, "failure")


def _failed_tasks(context: Any) -> list[str]:
    # Airflow names no task if the run as a whole was ended.
    if "ti" not in context:
        return []
    dag, run_id = context["dag"], context["run_id"]
    states = context["ti"].get_task_states(dag.dag_id, run_ids=[run_id])[run_id]
    return [task for task, state in states.items() if state == "failed"]


def _key(context: Any) -> list[str]:
    """Return the run and its start: a run that is cleared after a failure keeps its id."""
    return [context["run_id"], str(getattr(context.get("dag_run"), "start_date", None))]


def _alerted_path() -> Path:
    """Return the file that names the last run with an alert about its failure."""
    return settings().build_dir / "alerted.json"
