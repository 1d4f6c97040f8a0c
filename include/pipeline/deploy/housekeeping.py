"""Removes what Airflow leaves behind and never removes itself: old task logs, old records of runs."""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from include.pipeline.core.deployment_settings import deployment_settings
from include.pipeline.core.errors import UserFacingError
from include.pipeline.deploy.airflow_command import airflow
from include.pipeline.deploy.health import Unhealthy

EVERY_SECONDS = 24 * 3600
# Touched after each grooming; the next one is overdue a day and an hour later.
DONE = Path(tempfile.gettempdir(), "mentor-groomed")
OVERDUE_SECONDS = EVERY_SECONDS + 3600


class GroomingFailed(UserFacingError):
    """Airflow's records could not be cleaned."""


def groom_daily(log_dir: Path) -> None:
    """Groom once a day, forever; a failure is reported, and the next day is tried again."""
    while True:
        try:
            print(groom(log_dir), flush=True)
            DONE.touch()
        except (UserFacingError, OSError) as error:
            print(error, file=sys.stderr, flush=True)
        time.sleep(EVERY_SECONDS)


def check() -> None:
    """Return if grooming ran within the last day.

    Raises:
        Unhealthy: it did not.
    """
    if not DONE.exists() or time.time() - DONE.stat().st_mtime > OVERDUE_SECONDS:
        raise Unhealthy("Grooming is overdue. Expected it once a day; see `docker compose logs groomer`.")


def groom(log_dir: Path) -> str:
    """Remove task logs and records of runs past MENTOR_KEEP_RECORDS_DAYS; return what was done.

    Raises:
        GroomingFailed: with Airflow's message.
    """
    before = datetime.now(UTC) - timedelta(days=deployment_settings().keep_records_days)
    removed = _remove_logs(log_dir, before)
    _clean_records(before)
    return f"Removed {removed} task logs and the records of runs from before {before:%Y-%m-%d %H:%M} UTC"


def _remove_logs(log_dir: Path, before: datetime) -> int:
    """Remove files last written before that time, then empty folders."""
    removed = 0
    for folder, _, names in os.walk(log_dir, topdown=False):
        for path in (Path(folder, name) for name in names):
            if path.lstat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
        # A newer empty folder may belong to a task that has not written yet.
        is_old = os.stat(folder).st_mtime < before.timestamp()
        if is_old and Path(folder) != log_dir and not os.listdir(folder):
            os.rmdir(folder)
    return removed


def _clean_records(before: datetime) -> None:
    cleaning = airflow(
        *("db", "clean", "--yes", "--skip-archive"),
        *("--clean-before-timestamp", before.isoformat(timespec="seconds")),
    )
    if cleaning.returncode:
        raise GroomingFailed(
            f"`airflow db clean` failed:\n{(cleaning.stdout + cleaning.stderr)[-2000:]}\n"
            "Expected a database that it can clean; nothing else needs it, and it is tried again tomorrow."
        )
