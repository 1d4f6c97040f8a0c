"""The trigger that a run waits in, without a worker: for its delivery, then for the warehouse.

It only looks: errors that waiting cannot fix are left to `receive`, which refuses them. The second
wait is for the runs of a backfill, which Airflow starts in parallel and next to the daily run.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.triggers.base import BaseTrigger, TriggerEvent

from include.pipeline.core import lock
from include.pipeline.core.deployment_settings import deployment_settings
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import delivery

log = logging.getLogger(__name__)

POLL_SECONDS = 10.0
# Files unchanged for longer are at rest; so are files that two looks found the same.
REST_SECONDS = 10.0
BACKFILL = "backfill"


class Look(NamedTuple):
    """A look at the landing folder.

    Attributes:
        found: what lies there: two looks that found the same found it at rest.
        is_short: a file is not there.
        is_last: the wait is over.
        is_old: no file has changed for so long that all are at rest.
    """

    found: str
    is_short: bool
    is_last: bool
    is_old: bool = False


class DeliveryTrigger(BaseTrigger):
    """Fires when the delivery is there, or late, and the run has the warehouse.

    It fires with what is wrong with the delivery, or with None if it is ready. It keeps no state that its
    wait depends on: restarted in another triggerer, it ends at the same time.
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
        await self._wait_for_lock()
        yield TriggerEvent(late)

    async def _wait_for_delivery(self) -> str | None:
        """Return None as soon as it is there and at rest; what is wrong when the wait is over."""
        before = Look("", is_short=True, is_last=False)
        while True:
            look = await asyncio.to_thread(_look, self.data_date, self.since, self.run_type)
            if look.is_old or (look.found == before.found and not look.is_short):
                return None
            # Files first seen by the last look get another one.
            if look.is_last and (look.is_short or not before.is_short):
                return look.found if look.is_short else f"{look.found}: still changing"
            if look.found != before.found:
                self.log.info("Found: %s", look.found)
            before = look
            await asyncio.sleep(POLL_SECONDS)

    async def _wait_for_lock(self) -> None:
        logged = None
        while not await asyncio.to_thread(_try_acquire, self.of_run):
            other = lock.holder()
            if other and other != logged:
                self.log.info("Waiting for %s, which works in the warehouse", other)
            logged = other
            await asyncio.sleep(POLL_SECONDS)


def is_ready(data_date: str, since: str, run_type: str, of_run: str) -> bool:
    """Return whether there is nothing to wait for: the delivery is at rest, and the warehouse is free."""
    return _look(data_date, since, run_type).is_old and _try_acquire(of_run)


def lacks(data_date: str) -> str | None:
    """Return which files of the delivery are not there; None if all are."""
    folder, missing = delivery.missing(settings().data_dir, date.fromisoformat(data_date))
    return f"{folder} lacks {', '.join(missing)}" if missing else None


def deadline_of(since: str, run_type: str) -> datetime:
    """Return when a wait from `since`, ISO, is over; at once for a backfill."""
    wait = timedelta() if run_type == BACKFILL else deployment_settings().delivery_wait
    return datetime.fromisoformat(since) + wait


def _try_acquire(run: str) -> bool:
    try:
        return lock.try_acquire(run, _has_ended)
    except (UserFacingError, OSError):
        # `receive` cannot work there either, and says why.
        return True


def _has_ended(run: str) -> bool:
    """Return whether Airflow says so of a run: one task of it was cleared alone, or a person ended it.

    It may not answer, or not know the run, which another Airflow runs.
    """
    try:
        return RuntimeTaskInstance.get_dagrun_state(declared().dag_id, run) in ("success", "failed")
    except Exception as error:
        log.debug("Airflow does not say whether %s has ended: %s", run, error)
        return False


def _look(data_date: str, since: str, run_type: str) -> Look:
    is_last = False
    try:
        is_last = datetime.now(UTC) >= deadline_of(since, run_type)
        if found := lacks(data_date):
            return Look(found, True, is_last)
        paths = delivery.locate(settings().data_dir, date.fromisoformat(data_date)).values()
        before = datetime.now(UTC) - timedelta(seconds=REST_SECONDS)
        is_old = all(_changed_at(path) < before for path in paths)
        return Look(", ".join(map(_describe, paths)), False, is_last, is_old)
    except (UserFacingError, OSError) as error:
        # Waiting cannot fix it.
        return Look(str(error), False, is_last)


def _describe(path: Path) -> str:
    return f"{path} ({path.stat().st_size} bytes of {_changed_at(path):%Y-%m-%d %H:%M:%S.%f})"


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
