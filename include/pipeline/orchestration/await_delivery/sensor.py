"""The task that waits for a delivery, and fails or continues the run if it is late."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.sdk import BaseOperator

from include.pipeline.core import data_dates
from include.pipeline.core.deployment_settings import deployment_settings
from include.pipeline.core.errors import DeliveryLate
from include.pipeline.orchestration.await_delivery.trigger import (
    BACKFILL,
    DeliveryTrigger,
    deadline_of,
    is_ready,
    lacks,
)


class AwaitDelivery(BaseOperator):
    """Ends when the delivery is there, complete and at rest, or when it is late.

    It looks once. If it must wait, it waits in the triggerer, without a worker. If one process runs all
    tasks, it does not wait, and `receive` refuses a missing delivery.

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
        self.waits = True

    def adapt_to_one_process(self) -> None:
        """Do not wait: the process would block for hours."""
        self.waits = False

    def execute(self, context: Any) -> str | None:
        """End at once if the delivery is at rest and the warehouse is free; else wait.

        Returns:
            The result of `end`; None if it waits.

        Raises:
            DateRefused: no delivery can be of that date.
        """
        day = data_dates.require_possible(self.data_date)
        if not self.waits:
            return None
        wait = (self.data_date, self.since, self.run_type, self.of_run)
        if is_ready(*wait):
            return self.end(context, None)
        if day > data_dates.now().date() and (found := lacks(self.data_date)):
            raise data_dates.DateRefused(
                f"The data date lies in the future: found {day}; today is {datetime.now(UTC).date()} (UTC),"
                f" and {found}. Expected the day of a delivery; run for that day. No run waits for a day that"
                " has not come."
            )
        self.defer(trigger=DeliveryTrigger(*wait), method_name="end")

    def end(self, context: Any, event: str | None) -> str:
        """End the wait.

        Args:
            context: of the task.
            event: what is wrong with the delivery, or None if it is ready.

        Returns:
            An empty text if the delivery is ready; the latest accepted data date, ISO, if the run goes on
            with the previous data.

        Raises:
            DeliveryLate: the run cannot go on, or is not to go on, without its delivery.
            SettingInvalid: the setting of how long to wait, or of what to do then, is missing.
        """
        deadline = deadline_of(self.since, self.run_type)
        goes_on = deployment_settings().goes_on_without_delivery
        if event is None:
            self.log.info("The delivery of %s is there", self.data_date)
            # Not None: Airflow would keep the result from before the run was cleared.
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


def _as_of() -> date | None:
    # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.ingest import ledger

    return ledger.as_of()


def _next_step(goes_on: bool) -> str:
    if goes_on:
        return "nothing was accepted before that the run could go on with: deliver them and run again"
    return "deliver them and run again, or set MENTOR_DELIVERY_LATE=previous to go on with the previous data"
