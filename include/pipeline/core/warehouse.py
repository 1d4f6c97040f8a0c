"""The only way to DuckDB: connections with the limits of the settings, in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from tenacity import retry, retry_if_exception_message, stop_after_delay, wait_fixed

from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings

# From v1.4 on, a stale write-ahead log next to a replaced file is refused instead of replayed into it.
STORAGE_VERSION = "v1.4.0"
LOCK_SECONDS = 20


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database at `path` and close it at the end.

    Args:
        path: of the database; created, with its folder, if it is absent and opened for writing.
        read_only: open next to other readers.

    Yields:
        A connection whose time zone is UTC, within the memory and thread limits of the settings.

    Raises:
        duckdb.Error: the file is not a database, or another process keeps it locked.
    """
    if not read_only and not path.exists():
        _create(path)
    with _open(path, read_only) as connection:
        _limit(connection)
        yield connection


def require_published() -> Path:
    """Return the path of the published database.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    published = settings().published_path
    if not published.exists():
        raise WarehouseInvalid(f"{published} is missing. Expected a published database; run `make run`.")
    return published


@contextmanager
def attached(
    connection: duckdb.DuckDBPyConnection, path: Path, alias: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the database at `path`, read-only, as `alias` for the length of the block."""
    connection.execute(f"attach {literal(path)} as {alias} (read_only)")
    try:
        yield connection
    finally:
        connection.execute(f"detach {alias}")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep all that the block writes, or nothing if it raises."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def checkpoint(path: Path) -> None:
    """Move all of the write-ahead log into the database at `path`, so that the file alone is a whole copy."""
    with connect(path) as connection:
        connection.execute("checkpoint")


def remove(path: Path) -> None:
    """Remove the database at `path` with its write-ahead log, if it exists."""
    path.unlink(missing_ok=True)
    remove_log(path)


def remove_log(path: Path) -> None:
    """Remove a write-ahead log that a killed process left next to a database that is replaced."""
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def literal(path: Path) -> str:
    """Return `path` as a literal of DuckDB's SQL, for statements that take no bound parameter."""
    return "'" + str(path).replace("'", "''") + "'"


# A process other than a run, such as a tool that reads the build, may have it open for a moment.
@retry(
    retry=retry_if_exception_message(match=".*Could not set lock on file"),
    wait=wait_fixed(0.5),
    stop=stop_after_delay(LOCK_SECONDS),
    reraise=True,
)
def _open(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=read_only)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(path)} as made (storage_version '{STORAGE_VERSION}')")


def _limit(connection: duckdb.DuckDBPyConnection) -> None:
    current = settings()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set memory_limit = ?", [current.memory_limit])
    connection.execute("set threads = ?", [current.threads])
