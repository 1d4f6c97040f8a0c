"""What people are told of a run, where MENTOR_ALERT_URL says; nothing where it is empty.

One alert for each of these: a run failed, a delivery was refused, rows were rejected, tiers changed, a
publication is late. One that cannot be made or sent is a line in the log, and the run goes on.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from include.mentoring.errors import DeliveryRefused, FileRefused, MentoringError, SettingInvalid
from include.mentoring.notifier import Alert, send
from include.mentoring.settings import alert_addresses, publish_within, settings

# What every title begins with.
NAME = "mentor_tier_report"

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Mentors = dict[str, tuple[str, bool]]
"""The tier of every mentor, and whether the sheet in force lists them."""

log = logging.getLogger(__name__)


class AlertUndelivered(MentoringError):
    """An address did not take a test alert."""


def alerting(compose: Callable[Arguments, Alert | None]) -> Callable[Arguments, None]:
    """Have a function send what it composes, if anything; it never raises, and does nothing while off."""

    @wraps(compose)
    def alerted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        alert = _quietly(lambda: compose(*args, **kwargs))
        if alert:
            _send(alert)

    return alerted


@alerting
def run_failed(context: Any) -> Alert | None:
    """Tell that a run failed or its delivery was refused; called by Airflow with the context of a task.

    Of a build of dbt only the task that ran it tells, not those that show its models.
    """
    if _shows_another(context):
        return None
    error = context.get("exception")
    is_refused = isinstance(error, FileRefused | DeliveryRefused)
    return Alert(
        f"{NAME}: {'delivery refused' if is_refused else 'run failed'}",
        f"Run: {context['run_id']}\nTask: {context['task'].task_id}\nPublished stays: {_published()}\n\n"
        f"{error or 'Its process ended without a word. See its log.'}",
        "failure",
    )


@alerting
def rows_rejected(run_id: str, loads: list[int]) -> Alert | None:
    """Tell how many rows of the loads that a run has just accepted are in the quarantine, and why."""
    rejected = _rejected(loads)
    if not rejected:
        return None
    lines = [
        f"{file_name} of {data_date} (load {load_id}): {rows} of {rows_in_file} rows, {reason}"
        for load_id, file_name, data_date, rows_in_file, reason, rows in rejected
    ]
    listed = ", ".join(str(load_id) for load_id in sorted({row[0] for row in rejected}))
    return Alert(
        f"{NAME}: {sum(row[-1] for row in rejected)} rows rejected",
        f"Run: {run_id}\nThe other rows are accepted. Once the run has published, see\n"
        f"select * from raw.rejected_rows where load_id in ({listed})\n\n" + "\n".join(lines),
        "warning",
    )


@contextmanager
def telling_changed_tiers(run_id: str) -> Iterator[None]:
    """Tell which mentors have another tier in what the block publishes than in the version before."""
    before = _quietly(_mentors)
    yield
    if before:
        tiers_changed(run_id, before)


@alerting
def tiers_changed(run_id: str, before: Mentors) -> Alert | None:
    """Tell which mentors have another tier in the newest version, and who else came or went."""
    after = _mentors()
    changed = {mentor for mentor in before if mentor in after and before[mentor][0] != after[mentor][0]}
    if not changed:
        return None
    mentors = sorted(before | after, key=lambda mentor: (mentor not in changed, mentor))
    lines = [change for mentor in mentors if (change := _change(mentor, before, after))]
    return Alert(
        f"{NAME}: tiers changed",
        f"Run: {run_id}\nPublished: {_published()}\n\n" + "\n".join(lines),
        "info",
    )


@alerting
def publication_late(context: Any) -> Alert | None:
    """Tell that nothing was published since a run was queued; called by Airflow with the run."""
    from include.mentoring import versions

    run = context["dag_run"]
    queued_at = datetime.fromisoformat(run["queued_at"]).replace(microsecond=0)
    if any(datetime.fromisoformat(kept.manifest["published_at"]) >= queued_at for kept in versions.kept()):
        return None
    return Alert(
        f"{NAME}: publication late",
        f"Run: {run['dag_run_id']}\nIt was queued at {queued_at:%Y-%m-%d %H:%M} UTC, is {run['state']}, and"
        f" has not published within {publish_within().total_seconds() / 60:g} minutes"
        f" (MENTOR_PUBLISH_WITHIN_MINUTES).\nPublished stays: {_published()}",
        "warning",
    )


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
    deliveries = send(Alert(f"{NAME}: test", "Alerts come here.", "info"), addresses)
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


def _quietly(function: Callable[[], Result]) -> Result | None:
    """Call a function unless alerts are off; log what it raises, whatever it is."""
    if not alert_addresses():
        return None
    try:
        return function()
    except Exception as error:
        log.warning("An alert could not be made: %s: %s", type(error).__name__, error)
        return None


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


def _shows_another(context: Any) -> bool:
    """True for a task that shows a model or a test of a dbt build that failed in a task of its own."""
    producer = getattr(context["task"], "producer_task_id", None)
    if producer is None:
        return False
    run_id = context["run_id"]
    states = context["ti"].get_task_states(context["dag"].dag_id, task_ids=[producer], run_ids=[run_id])
    return states[run_id][producer] != "success"


def _published() -> str:
    # A run may fail for the very reason for which this cannot be read.
    try:
        from include.mentoring import versions

        for version in versions.kept():
            if version.is_published:
                made = version.manifest
                return f"version {version.number} of {made['published_at']}, made by {made['run_id']}"
    except Exception as error:
        return f"unknown, {error}"
    return "nothing yet"


def _rejected(loads: list[int]) -> list[tuple[Any, ...]]:
    """Return load, file name, data date, rows in the file, reason and rejected rows, most frequent first."""
    from include.mentoring import warehouse

    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute(
            """
            select
                loads.load_id,
                loads.file_name,
                loads.data_date,
                loads.rows_in_file,
                rejected_rows.reason,
                count(*) as rows_rejected
            from raw.rejected_rows
            inner join raw.loads
                on rejected_rows.load_id = loads.load_id
            where list_contains($loads, loads.load_id)
            group by all
            order by loads.load_id, rows_rejected desc, rejected_rows.reason
            """,
            {"loads": loads},
        ).fetchall()


def _mentors() -> Mentors:
    """Return the mentors of the newest version of the build's origin; none before its first."""
    from include.mentoring import origin, versions, warehouse

    present = origin.of_build(settings())
    kept = [version for version in versions.kept() if version.manifest["origin"] == present]
    if not kept:
        return {}
    with warehouse.connect(kept[-1].database, read_only=True) as connection:
        rows = connection.execute("select mentor_id, tier, is_listed from marts.dim_mentors").fetchall()
    return {mentor: (tier, is_listed) for mentor, tier, is_listed in rows}


def _change(mentor: str, before: Mentors, after: Mentors) -> str | None:
    earlier, was_listed = before.get(mentor, ("", False))
    tier, is_listed = after.get(mentor, ("", False))
    if earlier and tier and earlier != tier:
        return f"{mentor}: {earlier} to {tier}"
    if is_listed and not was_listed:
        return f"{mentor}: new in the sheet, {tier}"
    if was_listed and not is_listed:
        return f"{mentor}: left out of the sheet" + (f", keeps {tier}" if tier else "")
    return None
