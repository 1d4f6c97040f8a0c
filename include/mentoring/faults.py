"""Turns what disk, locks and memory do to a run into errors that say what to do next.

DuckDB and dbt tell such faults in words only, so their words are what is looked for.
"""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from include.mentoring.errors import MentoringError, PassingFault
from include.mentoring.settings import settings


class DiskFull(PassingFault):
    """There is no room for what a run writes."""


class DatabaseLocked(PassingFault):
    """A process that is no run of this project has a database open."""


class NotWritable(MentoringError):
    """A folder or file may not be written."""


class MemoryShort(MentoringError):
    """DuckDB needs more memory than the settings allow."""


class DatabaseDamaged(MentoringError):
    """A database file is not as DuckDB left it."""


FULL = re.compile(r"No space left on device|Disk quota exceeded")
LOCKED = re.compile(
    r"Could not set lock on file.*?(Conflicting lock is held in .*?)(?:\. See also|$)", re.DOTALL
)
FORBIDDEN = re.compile(r"Read-only file system|Permission denied|Operation not permitted")
MEMORY = re.compile(r"Out of Memory Error|failed to (allocate|pin|offload) ", re.IGNORECASE)
DAMAGED = re.compile(
    r"not a valid DuckDB database file|Corrupt database file|does not match stored checksum"
    r"|Serialization Error|database has been invalidated|INTERNAL Error|Could not read enough bytes"
    r"|Failed to load metadata pointer|WAL file",
)
OF_FILES = {
    errno.ENOSPC: "No space left on device",
    errno.EDQUOT: "Disk quota exceeded",
    errno.EROFS: "Read-only file system",
    errno.EACCES: "Permission denied",
    errno.EPERM: "Operation not permitted",
}


@contextmanager
def explained() -> Iterator[None]:
    """Raise what the block meets of disk, locks and memory as an error that says what to do.

    Raises:
        MentoringError: of this module.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        fault = of_error(error)
        if fault is None:
            raise
        raise fault from error


def of_error(error: BaseException) -> MentoringError | None:
    """Return the fault behind an error of Python or DuckDB; None where it is none of these."""
    if isinstance(error, OSError):
        words = OF_FILES.get(error.errno or 0)
        return of_words(f"{words}: {error.filename or ''}") if words else None
    return of_words(str(error)) if isinstance(error, duckdb.Error) else None


def of_words(words: str) -> MentoringError | None:
    """Return the fault that the words of DuckDB or dbt tell of; None where they tell of none of these."""
    where = settings().warehouse_dir
    told = " ".join(words.split())[:300]
    if FULL.search(words):
        free, total = (_mib(amount) for amount in _room())
        return DiskFull(
            f"The disk is full: found {free} free of {total} for {where} ({told}). Expected room for the next"
            " version of the database; free some space and run again. What is published is as it was."
        )
    if locked := LOCKED.search(words):
        return DatabaseLocked(
            f"A database of {where} is open elsewhere: {' '.join(locked[1].split())}. Expected that only"
            " mentoring.duckdb is opened by others; close it there and run again."
        )
    if FORBIDDEN.search(words):
        return NotWritable(
            f"A file or folder may not be written: {told}. Expected to write in {where} and"
            f" {settings().report_dir}; change the permissions or the folder in .env, and run again."
        )
    if MEMORY.search(words):
        return MemoryShort(
            f"DuckDB needs more memory, or disk to swap to: found {told}. Expected"
            f" {settings().memory_limit} to do; raise MENTOR_MEMORY_LIMIT in .env or free some space, and run"
            " again."
        )
    if DAMAGED.search(words):
        return DatabaseDamaged(
            f"The database that runs build in is damaged: {told}. Expected it as the last run left it; run"
            " again, which makes it anew from the kept deliveries. What is published is as it was."
        )
    return None


def _room() -> tuple[int, int]:
    folder = settings().warehouse_dir
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"
