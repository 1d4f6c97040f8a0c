"""Turns faults of disk, locks and memory into errors that say what to do next."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from include.pipeline.core.errors import TransientError, UserFacingError
from include.pipeline.core.settings import database_name, settings


class DiskFull(TransientError):
    """There is no room for what a run writes."""


class DatabaseLocked(TransientError):
    """A process other than a run of this project has a database open."""


class NotWritable(UserFacingError):
    """A folder or file may not be written."""


class MemoryShort(UserFacingError):
    """DuckDB needs more memory than the settings allow."""


class DatabaseDamaged(UserFacingError):
    """A database file is not as DuckDB left it."""


# dbt passes errors on as text, and DuckDB has one class for all file errors: only the words tell them apart.
FULL = re.compile(r"No space left on device|Disk quota exceeded")
LOCKED = re.compile(
    r"Could not set lock on file.*?(Conflicting lock is held in .*?)(?:\. See also|$)", re.DOTALL
)
FORBIDDEN = re.compile(r"Read-only file system|Permission denied|Operation not permitted")
# A share may lack links, which publishing needs.
NOT_WRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
MEMORY = re.compile(r"Out of Memory Error")
DAMAGED = re.compile(
    r"not a valid DuckDB database file|Corrupt database file|Could not read enough bytes"
    r"|Failed to load metadata pointer|WAL file|(?:Serialization|INTERNAL|FATAL) Error",
)
# These classes are specific enough. A full disk may be the cause of each of them.
DAMAGE = (duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
# Any other class comes from a query, and its message may quote a delivered row.
MACHINE_ERRORS = (duckdb.IOException, duckdb.TransactionException, duckdb.OutOfMemoryException, *DAMAGE)


@contextmanager
def explained() -> Iterator[None]:
    """Raise faults of disk, locks and memory in the block as errors that say what to do.

    Raises:
        UserFacingError: of this module.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        fault = of_error(error)
        if fault is None:
            raise
        raise fault from error


def of_error(error: BaseException) -> UserFacingError | None:
    """Return the fault behind an error of Python or DuckDB; None if it is none of these."""
    words = str(error)
    if isinstance(error, OSError):
        words = f"{error.strerror}: {error.filename or ''}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _disk_full(words)
        return _not_writable(words) if error.errno in NOT_WRITABLE else None
    if not isinstance(error, MACHINE_ERRORS):
        return None
    if fault := of_words(words):
        return fault
    if isinstance(error, duckdb.OutOfMemoryException):
        return _memory_short(words)
    return _damaged(words) if isinstance(error, DAMAGE) else None


def of_words(words: str) -> UserFacingError | None:
    """Return the fault that a message of DuckDB or dbt describes; None if it describes none of these."""
    if FULL.search(words):
        return _disk_full(words)
    if locked := LOCKED.search(words):
        return _locked(locked[1])
    if FORBIDDEN.search(words):
        return _not_writable(words)
    if MEMORY.search(words):
        return _memory_short(words)
    return _damaged(words) if DAMAGED.search(words) else None


def _disk_full(words: str) -> DiskFull:
    free, total = (_mib(amount) for amount in _room())
    return DiskFull(
        f"The disk is full: found {free} free of {total} for {settings().warehouse_dir} ({_line(words)})."
        " Expected room for the next version of the database; free some space and run again. The"
        " published database is unchanged."
    )


def _locked(holder: str) -> DatabaseLocked:
    return DatabaseLocked(
        f"A database of {settings().warehouse_dir} is open elsewhere: {' '.join(holder.split())}. Expected"
        f" that only {database_name()} is opened by others; close it there and run again."
    )


def _not_writable(words: str) -> NotWritable:
    return NotWritable(
        f"A file or folder may not be written: {_line(words)}. Expected to write in"
        f" {settings().warehouse_dir}, a local disk, and {settings().report_dir}; change the permissions"
        " or the folder in .env, and run again."
    )


def _memory_short(words: str) -> MemoryShort:
    return MemoryShort(
        f"DuckDB needs more memory, or disk space to spill to: found {_line(words)}. Expected"
        f" {settings().memory_limit} to be enough; raise MENTOR_MEMORY_LIMIT in .env or free some space, and"
        " run again."
    )


def _damaged(words: str) -> DatabaseDamaged:
    return DatabaseDamaged(
        f"The database that runs build in is damaged: {_line(words)}. Expected it to be as the last run left"
        " it; run again, which restores it from the kept deliveries. The published database is unchanged."
    )


def _line(words: str) -> str:
    return " ".join(words.split())[:300]


def _room() -> tuple[int, int]:
    folder = settings().warehouse_dir
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"
