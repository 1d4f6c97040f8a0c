"""Keeps the build open while dbt runs, which would close it after each node and open it for the next."""

from threading import Lock
from typing import Any

# dbt calls from the threads that build. A lock of the object's own would keep Airflow from copying its task.
LOCK = Lock()


class Hold:
    """A handle of dbt's on the build, next to those of its nodes: the file is closed with the last of them.

    The profile's `keep_open` would do the same wherever dbt runs, and leave the file open to the end of the
    process; here alone, it would be another profile, and dbt parses the whole project after a change of it.
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def take(self, event: Any) -> None:
        """Take an event of dbt; at the first one of a node, dbt has opened the build."""
        if event.info.name != "NodeStart":
            return
        # Not at the top of the file: it loads dbt, and the DAG is parsed every few seconds.
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        with LOCK:
            if self._handle is None:
                self._handle = DuckDBConnectionManager.env().handle()

    def release(self) -> None:
        """Give the build back; dbt must have ended."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
