"""Spares a run by hand, one process with a database of its own, what only a deployment needs."""

import atexit
import gc
from sqlite3 import Connection
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

# Python looks for garbage after 700 new objects; what a run imports are millions, and none of it is.
OBJECTS_BEFORE_COLLECTING = 50_000


def begin() -> None:
    """Look for garbage seldom, and have each commit of Airflow's records wait for no disk."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    # The process ends, and all it has with it.
    atexit.register(gc.freeze)
    event.listen(Engine, "connect", _commit_without_waiting)


def _commit_without_waiting(connection: Any, _record: Any) -> None:
    """Leave the writing to the system: a loss of power then takes back the last commits and damages nothing.

    Airflow has SQLite write ahead into a log, which makes that safe.
    """
    # Great Expectations reaches DuckDB in the same way.
    if isinstance(connection, Connection):
        connection.execute("pragma synchronous = normal")
