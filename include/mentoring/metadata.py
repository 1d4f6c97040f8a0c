"""Airflow's records of runs by hand: their database is made on first use, migrated after an upgrade."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from include.mentoring.errors import MentoringError
from include.mentoring.settings import airflow_home, metadata_by_hand


class MigrationFailed(MentoringError):
    """Airflow could not make or migrate its metadata database."""


def ensure() -> None:
    """Bring the database to the installed Airflow's version, if it is not there yet.

    Raises:
        MigrationFailed: with Airflow's own words.
    """
    done = airflow_home() / f".migrated-{version('apache-airflow-core')}"
    airflow_home().mkdir(parents=True, exist_ok=True)
    # Two that begin at once must not migrate at once.
    with FileLock(airflow_home() / "by_hand.lock"):
        if not done.exists():
            _migrate()
            done.touch()


def _migrate() -> None:
    migration = subprocess.run(
        [str(Path(sys.executable).with_name("airflow")), "db", "migrate"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_by_hand()},
    )
    if migration.returncode:
        raise MigrationFailed(
            f"`airflow db migrate` failed for {airflow_home()}:\n{migration.stdout[-2000:]}\n"
            "Expected a metadata database of this Airflow; remove the folder to start a new one."
        )
