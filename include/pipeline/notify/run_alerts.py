"""Alerts about a run, sent to MENTOR_ALERT_URL; none where it is empty.

Of a run: that it failed, that its delivery was refused, that its publication is late. Of its data, see
load_alerts.py. What cannot be told is a line in the log, and the run goes on.
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
    DeliveryLate,
    DeliveryRefused,
    FileRefused,
    SettingInvalid,
    UserFacingError,
)
from include.pipeline.core.settings import declared, settings
from include.pipeline.notify.apprise_client import Alert, send

DIED = "It ended without a word. See its log."

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class AlertUndelivered(UserFacingError):
    """An address did not take a test alert."""


def title(what: str) -> str:
    """Return the title of an alert: the DAG, and what happened to it."""
    return f"{declared().dag_id}: {what}"


def alerting(compose: Callable[Arguments, Alert | None]) -> Callable[Arguments, None]:
    """Have a function send what it composes, if anything; it never raises, and does nothing while off."""

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
    """Tell that a run failed, or why it has no delivery; called by Airflow with the context of a task."""
    quietly(lambda: write_atomically(_told_path(), json.dumps(_key(context))))
    error = context.get("exception")
    what = "run failed"
    if isinstance(error, FileRefused | DeliveryRefused):
        what = "delivery refused"
    elif isinstance(error, DeliveryLate):
        what = "delivery late"
    return _of_failure(title(what), context["run_id"], context["task"].task_id, error or DIED)


@alerting
def run_failed(context: Any) -> Alert | None:
    """Tell that a run failed of which no task could tell, for its process was killed; called by Airflow."""
    told = _told_path()
    if told.exists() and json.loads(told.read_text(encoding="utf-8")) == _key(context):
        return None
    tasks = ", ".join(_failed_tasks(context)) or "none"
    return _of_failure(title("run failed"), context["run_id"], tasks, DIED)


@alerting
def publication_late(context: Any) -> Alert | None:
    """Tell that nothing was published since a run was queued; called by Airflow with the run."""
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
    # A run may fail for the very reason for which this cannot be read.
    try:
        from include.pipeline.publish import versions

        for version in versions.kept():
            if version.is_published:
                made = version.manifest
                return f"version {version.number} of {made['published_at']}, made by {made['run_id']}"
    except Exception as error:
        return f"unknown, {error}"
    return "nothing yet"


def try_out(tell: Callable[[str], None]) -> None:
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
            tell(f"{delivery.to}: taken")
    failed = [delivery for delivery in deliveries if delivery.fault]
    if failed:
        raised = AlertUndelivered if all(delivery.is_known for delivery in failed) else SettingInvalid
        raise raised(
            f"MENTOR_ALERT_URL: found {'; '.join(f'{delivery.to}: {delivery.fault}' for delivery in failed)}."
            " Expected every address to take the alert; correct it and try again."
        )


def _send(alert: Alert) -> None:
    try:
        deliveries = send(alert, alert_addresses())
    except Exception as error:
        # Its words may hold an address.
        log.warning("The alert %r could not be sent: %s", alert.title, type(error).__name__)
        return
    for delivery in deliveries:
        if delivery.fault:
            log.warning("The alert %r did not reach %s: %s", alert.title, delivery.to, delivery.fault)
        else:
            log.info("The alert %r was taken by %s", alert.title, delivery.to)


def _of_failure(heading: str, run_id: str, task: str, error: object) -> Alert:
    # The error comes last, for it may be long.
    body = f"Run: {run_id}\nTask: {task}\nPublished stays: {published()}\n\n{error}"
    return Alert(heading, body, "failure")


def _failed_tasks(context: Any) -> list[str]:
    # Airflow names none where the run as a whole came to an end.
    if "ti" not in context:
        return []
    dag, run_id = context["dag"], context["run_id"]
    states = context["ti"].get_task_states(dag.dag_id, run_ids=[run_id])[run_id]
    return [task for task, state in states.items() if state == "failed"]


def _key(context: Any) -> list[str]:
    """Name the run and its try: one that is run again after a failure has the same id."""
    return [context["run_id"], str(getattr(context.get("dag_run"), "start_date", None))]


def _told_path() -> Path:
    """Where the last run is noted of whose failure people were told."""
    return settings().build_dir / "told.json"
