"""One run at a time works in the warehouse: a lock that ends with its process, and a record of its holder.

A run of `airflow dags test`, or a command, is one process and holds the lock until it ends. Under the
scheduler each task is a process of its own, and nobody holds the lock between two of them: there the
record says that the run is not over yet.
"""

import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from include.pipeline.core.atomic_files import write_atomically
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import settings

# A scheduled run without a task for this long counts as killed.
SILENCE_SECONDS = 600
POLL_SECONDS = 0.5

log = logging.getLogger(__name__)


class WarehouseBusy(UserFacingError):
    """Another run works in the warehouse and has not ended in time."""


@dataclass(frozen=True)
class Holder:
    """Who works in the warehouse.

    Attributes:
        run: name of the run or command.
        since: ISO 8601, UTC.
        process: id of the process that last acquired the lock.
        host: of that process.
        is_one_process: True where that process is the whole run, False where the scheduler runs its tasks.
    """

    run: str
    since: str
    process: int
    host: str
    is_one_process: bool

    def __str__(self) -> str:
        return f"{self.run} (process {self.process} on {self.host}) since {self.since}"


@dataclass(frozen=True)
class _Held:
    lock: FileLock
    is_one_process: bool


# What this process holds, by the path of the lock.
_held: dict[Path, _Held] = {}


def acquire(run: str, *, is_one_process: bool = False, notify: Callable[[str], None] = log.warning) -> None:
    """Acquire the warehouse lock for a run, unless the run holds it; wait while another run works there.

    The lock is freed when this process ends, however it ends.

    Args:
        run: name of the run.
        is_one_process: this process is the whole run.
        notify: receives a line about the run that it waits for.

    Raises:
        WarehouseBusy: the other run has not ended within MENTOR_LOCK_WAIT_MINUTES.
    """
    path = _lock_path()
    if path not in _held:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Every thread of the process works for the same run.
        lock = FileLock(path, thread_local=False)
        _wait(lock, run, is_one_process, notify)
        _held[path] = _Held(lock, is_one_process)
    _record(run, _held[path].is_one_process)


@contextmanager
def held(run: str, notify: Callable[[str], None] = log.warning) -> Iterator[None]:
    """Hold the warehouse lock for the length of the block, in a process that goes on without it.

    A process that holds the lock already keeps it.

    Args:
        run: name of the run.
        notify: receives a line about the run that it waits for.

    Raises:
        WarehouseBusy: the other run has not ended within MENTOR_LOCK_WAIT_MINUTES.
    """
    path = _lock_path()
    if path in _held:
        yield
        return
    acquire(run, is_one_process=True, notify=notify)
    try:
        yield
    finally:
        _record_path().unlink(missing_ok=True)
        _held.pop(path).lock.release()


def try_acquire(run: str, has_ended: Callable[[str], bool] = lambda _: False) -> bool:
    """Acquire the warehouse for a scheduled run before its first task, if it is free; return whether it is.

    Airflow starts the runs of a backfill in parallel, and next to the daily run.

    Args:
        run: name of the run.
        has_ended: whether the scheduled run of a name is over, though its record says that it is not.
    """
    path = _lock_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, thread_local=False).acquire(timeout=0):
            other = _unfinished(run, is_one_process=True)
            if other and not has_ended(other.run):
                return False
            _record(run, is_one_process=False)
            return True
    except Timeout:
        return False


def release(run: str) -> None:
    """Record that a scheduled run is over, so that the next one need not wait; a whole process just ends."""
    held = _held.get(_lock_path())
    if held and held.is_one_process:
        return
    present = holder()
    if present and present.run == run:
        _record_path().unlink(missing_ok=True)
    if held:
        held.lock.release()
        del _held[_lock_path()]


def holder() -> Holder | None:
    """Return who holds the warehouse according to the record, which a killed run leaves behind."""
    try:
        return Holder(**json.loads(_record_path().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _record(run: str, is_one_process: bool) -> None:
    before = holder()
    goes_on = before is not None and (before.run == run or before.process == os.getpid())
    since = before.since if before and goes_on else datetime.now(UTC).isoformat(timespec="seconds")
    record = Holder(run, since, os.getpid(), socket.gethostname(), is_one_process)
    write_atomically(_record_path(), json.dumps(asdict(record)))


def _wait(lock: FileLock, run: str, is_one_process: bool, notify: Callable[[str], None]) -> None:
    """Return with the lock, when no other run is at work."""
    minutes = settings().lock_wait_minutes
    deadline = time.monotonic() + 60 * minutes
    notified = None
    while True:
        try:
            lock.acquire(timeout=0)
            other = _unfinished(run, is_one_process)
            if other is None:
                return
            lock.release()
        except Timeout:
            other = holder()
        if other and other.since != notified:
            notify(f"Waiting for {other}, which works in {settings().warehouse_dir}")
            notified = other.since
        if time.monotonic() >= deadline:
            raise WarehouseBusy(
                f"{settings().warehouse_dir} is taken: found {other or 'another run'} at work. Expected it to"
                f" end within {minutes:g} minutes (MENTOR_LOCK_WAIT_MINUTES); run again when it has ended,"
                " or end its process."
            )
        time.sleep(POLL_SECONDS)


def _unfinished(run: str, is_one_process: bool) -> Holder | None:
    """The other run that is between two tasks; nobody has the lock."""
    other = holder()
    if other is None or other.run == run or other.is_one_process:
        return None
    # A scheduled run starts with try_acquire: it has waited for the other one, or that one was killed.
    if not is_one_process:
        return None
    try:
        # The clock of a machine may be set back.
        silence = abs(time.time() - _record_path().stat().st_mtime)
    except FileNotFoundError:
        # It has ended since its record was read.
        return None
    return other if silence < SILENCE_SECONDS else None


def _lock_path() -> Path:
    return settings().build_dir / "warehouse.lock"


def _record_path() -> Path:
    return settings().build_dir / "holder.json"
