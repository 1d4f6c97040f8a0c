"""Airflow's records of runs on one machine: an SQLite file, made on first use and migrated after an upgrade.

A deployment keeps its records in PostgreSQL and migrates them itself.
"""

import atexit
import gc
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

from include.pipeline.core.errors import SettingInvalid, UserFacingError
from include.pipeline.core.settings import declared

SQLITE = "sqlite"
# Python looks for garbage after 700 new objects; a run imports millions, and none of them is garbage.
OBJECTS_BEFORE_COLLECTING = 200_000


class MigrationFailed(UserFacingError):
    """Airflow could not make or migrate its metadata database."""


def prepare() -> None:
    """Prepare this process for Airflow's records in an SQLite file, if it has them there.

    Raises:
        MigrationFailed: with Airflow's message.
        SettingInvalid: the file belongs to another project.
    """
    kind, path = _database()
    if kind == SQLITE and path:
        gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
        # No garbage collection when the process ends: it only costs time.
        atexit.register(gc.freeze)
        event.listen(Engine, "connect", _commit_without_waiting)
        _ensure(Path(path))


def require_own() -> None:
    """Return if no scheduler can share this process's metadata database.

    A scheduler would run the tasks of `dag.test()` as well, at the same time (apache/airflow #35994).

    Raises:
        SettingInvalid: the database is on a server.
    """
    kind, _ = _database()
    if kind != SQLITE:
        raise SettingInvalid(
            f"Airflow's metadata database is {kind}. Expected an SQLite file for a run in one process: a"
            " scheduler on the same database would run its tasks too. Trigger the DAG in that deployment, or"
            " set AIRFLOW__DATABASE__SQL_ALCHEMY_CONN to sqlite:////a/path.db for this command."
        )


def _database() -> tuple[str, str | None]:
    """Return the kind of the database, and its path if it is a file."""
    # Not at the top of the file: it starts Airflow, whose local settings call this module.
    from airflow.configuration import conf

    url = make_url(conf.get("database", "sql_alchemy_conn"))
    return url.get_backend_name(), url.database


def _ensure(database: Path) -> None:
    mark = f".{database.name}-migrated-"
    done = database.with_name(mark + version("apache-airflow-core"))
    database.parent.mkdir(parents=True, exist_ok=True)
    # Two processes that start at once must not migrate at once.
    with FileLock(f"{database}.lock"):
        if not (done.exists() and database.exists()):
            if not list(database.parent.glob(f"{mark}*")):
                _require_unused(database)
            _migrate(database)
            done.touch()


def _require_unused(database: Path) -> None:
    """Return if the file has no DAGs of another project, whose Airflow may be older."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("select dag_id from dag order by dag_id").fetchall()
    except sqlite3.Error:
        # New, without tables, or no database, which the migration explains.
        return
    own = (declared().dag_id, declared().audit_dag_id)
    if others := [dag for (dag,) in rows if dag not in own]:
        raise SettingInvalid(
            f"{database} is the database of another Airflow: found its DAG {others[0]}. Expected that of this"
            " project; unset AIRFLOW_HOME, or name a folder of this project's own."
        )


def _migrate(database: Path) -> None:
    migration = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Without the project's plugins, and so without the local settings that wait for this process.
        env={**os.environ, "AIRFLOW__CORE__PLUGINS_FOLDER": str(database.parent / "plugins")},
    )
    if migration.returncode:
        raise MigrationFailed(
            f"`airflow db migrate` failed for {database}:\n{migration.stdout[-2000:]}\n"
            "Expected a metadata database of this Airflow; remove the file to start a new one."
        )


def _commit_without_waiting(connection: Any, _record: Any) -> None:
    """Leave the writing to the system: a loss of power then takes back the last commits and damages nothing.

    Airflow has SQLite write ahead into a log, which makes that safe.
    """
    # Great Expectations reaches DuckDB in the same way.
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = normal")
