"""The task that a run waits in, without a worker, and its trigger: for the delivery, then for its turn.

The trigger only looks: what it meets that waiting does not mend is left for `receive` to refuse. The turn
is for the runs of a backfill, which Airflow starts beside each other and beside the daily run.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from airflow.sdk import BaseOperator
from airflow.triggers.base import BaseTrigger, StartTriggerArgs, TriggerEvent

from include.mentoring import delivery, lease
from include.mentoring.errors import DeliveryLate, MentoringError
from include.mentoring.settings import delivery_wait, goes_on_without_delivery, is_by_hand, settings

POLL_SECONDS = 10.0
BACKFILL = "backfill"


class Look(NamedTuple):
    """A look at the landing folder.

    Attributes:
        found: what lies there: two looks that found the same found it at rest.
        is_short: a file is not there.
        is_last: the wait is over.
    """

    found: str
    is_short: bool
    is_last: bool


class AwaitDelivery(BaseOperator):
    """Ends when the delivery is there, complete and at rest, or when it is late.

    Under a scheduler it begins in the triggerer and takes a worker only to end. `airflow dags test` has
    no triggerer: there it does not wait, and `receive` refuses what is not there.

    Args:
        data_date: template of the run's data date.
        since: template of the time from which the wait counts.
        run_type: template of the run's type.
        of_run: template of the run's id.
    """

    template_fields = ("data_date", "since", "run_type", "of_run")
    ui_color = "#8ecae6"

    def __init__(
        self,
        *,
        data_date: str,
        since: str = "{{ dag_run.start_date | ts }}",
        run_type: str = "{{ dag_run.run_type.value }}",
        of_run: str = "{{ run_id }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data_date = data_date
        self.since = since
        self.run_type = run_type
        self.of_run = of_run
        self.start_from_trigger = not is_by_hand()
        self.start_trigger_args = StartTriggerArgs(
            trigger_cls=f"{DeliveryTrigger.__module__}.{DeliveryTrigger.__qualname__}",
            # The triggerer renders them, for they are template fields of the task.
            trigger_kwargs={
                "data_date": data_date,
                "since": since,
                "run_type": run_type,
                "of_run": of_run,
            },
            next_method="end",
        )

    def execute(self, context: Any) -> None:
        """Let a run by hand go on at once."""

    def end(self, context: Any, event: str | None) -> str:
        """End the wait.

        Args:
            context: of the task.
            event: what is wrong with the delivery, or None where it is to be received.

        Returns:
            Nothing where the delivery is to be received; the latest data date, ISO, of what was accepted
            before, where the run goes on with that.

        Raises:
            DeliveryLate: the run cannot go on, or is not to go on, without its delivery.
            SettingInvalid: it is not said for how long to wait, or what to do then.
        """
        deadline = _deadline(self.since, self.run_type)
        goes_on = goes_on_without_delivery()
        if event is None:
            self.log.info("The delivery of %s is there", self.data_date)
            # Not None: Airflow would leave what an earlier end, before the run was cleared, has returned.
            return ""
        late = f"The delivery of {self.data_date} is late: {event}. {self._waited(deadline)}."
        as_of = _as_of() if goes_on else None
        if as_of is None:
            raise DeliveryLate(f"{late} Expected all its files, at rest; {_next_step(goes_on)}.")
        self.log.warning(
            "%s The run goes on with the data of %s, the latest that was accepted"
            " (MENTOR_DELIVERY_LATE=previous).",
            late,
            as_of,
        )
        return as_of.isoformat()

    def _waited(self, deadline: datetime) -> str:
        since = datetime.fromisoformat(self.since)
        if self.run_type == BACKFILL:
            return "A backfill does not wait"
        return (
            f"Waited from {since:%Y-%m-%d %H:%M} until {deadline:%Y-%m-%d %H:%M} UTC"
            f" (MENTOR_DELIVERY_WAIT_MINUTES={(deadline - since) / timedelta(minutes=1):g})"
        )


class DeliveryTrigger(BaseTrigger):
    """Fires when the delivery is there, or late, and the run has the warehouse.

    It fires with what is wrong with the delivery, or with None where it is to be received. How long it
    waits depends on nothing that it keeps: one that is begun anew in another triggerer ends as this one.
    """

    def __init__(self, data_date: str, since: str, run_type: str, of_run: str) -> None:
        super().__init__()
        self.data_date = data_date
        self.since = since
        self.run_type = run_type
        self.of_run = of_run

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "data_date": self.data_date,
                "since": self.since,
                "run_type": self.run_type,
                "of_run": self.of_run,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Fire once."""
        late = await self._wait_for_delivery()
        await self._wait_for_turn()
        yield TriggerEvent(late)

    async def _wait_for_delivery(self) -> str | None:
        """Return None as soon as two looks agree that it is there; what is wrong when the wait is over."""
        before = Look("", is_short=True, is_last=False)
        while True:
            look = await asyncio.to_thread(_look, self.data_date, self.since, self.run_type)
            if look.found == before.found and not look.is_short:
                return None
            # What came with the last look gets another one.
            if look.is_last and (look.is_short or not before.is_short):
                return look.found if look.is_short else f"{look.found}: still changing"
            if look.found != before.found:
                self.log.info("Found: %s", look.found)
            before = look
            await asyncio.sleep(POLL_SECONDS)

    async def _wait_for_turn(self) -> None:
        told = None
        while not await asyncio.to_thread(_claim, self.of_run):
            other = str(lease.holder())
            if other != told:
                self.log.info("Waiting for %s, which works in the warehouse", other)
            told = other
            await asyncio.sleep(POLL_SECONDS)


def _claim(run: str) -> bool:
    try:
        return lease.claim(run)
    except (MentoringError, OSError):
        # `receive` cannot work there either, and says why.
        return True


def _look(data_date: str, since: str, run_type: str) -> Look:
    is_last = False
    try:
        is_last = datetime.now(UTC) >= _deadline(since, run_type)
        landing, day = settings().data_dir, date.fromisoformat(data_date)
        folder, missing = delivery.missing(landing, day)
        if missing:
            return Look(f"{folder} lacks {', '.join(missing)}", True, is_last)
        found = ", ".join(_describe(path) for path in delivery.locate(landing, day).values())
        return Look(found, False, is_last)
    except (MentoringError, OSError) as error:
        # Waiting does not mend it.
        return Look(str(error), False, is_last)


def _describe(path: Path) -> str:
    state = path.stat()
    changed_at = datetime.fromtimestamp(state.st_mtime, UTC)
    return f"{path} ({state.st_size} bytes of {changed_at:%Y-%m-%d %H:%M:%S.%f})"


def _deadline(since: str, run_type: str) -> datetime:
    wait = timedelta() if run_type == BACKFILL else delivery_wait()
    return datetime.fromisoformat(since) + wait


def _as_of() -> date | None:
    # Not at the head of the file: it loads DuckDB, and the DAG is parsed every few seconds.
    from include.mentoring import ledger

    return ledger.as_of()


def _next_step(goes_on: bool) -> str:
    if goes_on:
        return "nothing was accepted before that the run could go on with: deliver them and run again"
    return "deliver them and run again, or set MENTOR_DELIVERY_LATE=previous to go on with the previous data"
