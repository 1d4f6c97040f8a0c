"""Spares a run by hand, one process with a database of its own, what only a deployment needs."""

import atexit
import gc
from sqlite3 import Connection
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

# Python looks for garbage after 700 new objects; what a run imports are millions, and none of it is.
OBJECTS_BEFORE_COLLECTING = 50_000
# The task's client speaks the newest. The one before it brings in a route that the newest has dropped, which
# Cadwyn wants to see in some version.
API_VERSIONS = 2


def begin() -> None:
    """Look for garbage seldom, and have each commit of Airflow's records wait for no disk."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    # The process ends, and all it has with it.
    atexit.register(gc.freeze)
    event.listen(Engine, "connect", _commit_without_waiting)


def keep_newest_api() -> None:
    """Have Airflow make the API that its tasks speak inside of this process in its newest versions alone."""
    # Not at the head of the file: it loads the API, and Airflow imports this module with every process.
    from airflow.api_fastapi.execution_api.versions import bundle

    bundle.versions = bundle.versions[:API_VERSIONS]


def _commit_without_waiting(connection: Any, _record: Any) -> None:
    """Leave the writing to the system: a loss of power then takes back the last commits and damages nothing.

    Airflow has SQLite write ahead into a log, which makes that safe.
    """
    # Great Expectations reaches DuckDB in the same way.
    if isinstance(connection, Connection):
        connection.execute("pragma synchronous = normal")
