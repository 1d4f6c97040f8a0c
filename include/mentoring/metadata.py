"""Airflow's metadata database: made on first use, migrated after an upgrade."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from include.mentoring.errors import MentoringError
from include.mentoring.settings import airflow_home


class MigrationFailed(MentoringError):
    """Airflow could not make or migrate its metadata database."""


def ensure() -> None:
    """Bring the metadata database to the installed Airflow's version, if it is not there yet.

    Raises:
        MigrationFailed: with Airflow's own words.
    """
    done = airflow_home() / f".migrated-{version('apache-airflow-core')}"
    if done.exists():
        return
    migration = subprocess.run(
        [str(Path(sys.executable).with_name("airflow")), "db", "migrate"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if migration.returncode:
        raise MigrationFailed(
            f"`airflow db migrate` failed for {airflow_home()}:\n{migration.stdout[-2000:]}\n"
            "Expected a metadata database of this Airflow; remove the folder to start a new one."
        )
    done.touch()
