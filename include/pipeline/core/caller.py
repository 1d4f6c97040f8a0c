"""Keeps variables that a caller has set for other programs from changing what our commands do."""

import os
from pathlib import Path

from include.pipeline.core import env_file

PROJECT_DIR = env_file.ENV_FILE.parent
# Every flag of dbt can be set by a variable; only these are values for models.
DBT, DBT_VALUES = "DBT_", "DBT_ENV_"
# Airflow's settings that decide which DAG is found and what a date means.
AIRFLOW = (
    "AIRFLOW_CONFIG",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE",
    "AIRFLOW__CORE__UNIT_TEST_MODE",
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST",
)
# The examples have their own.
FOLDERS = ("AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER")
MODULES = "PYTHONPATH"
# Programs read the one or the other.
WITHOUT_PROXY = ("NO_PROXY", "no_proxy")


def disregard() -> dict[str, str]:
    """Remove such variables from the environment of this process; return them."""
    foreign = {name: value for name, value in os.environ.items() if value and _is_foreign(name, value)}
    for name in foreign:
        del os.environ[name]
    os.environ[MODULES] = str(PROJECT_DIR)
    return foreign


def bypass_proxy() -> None:
    """Have this machine reached without a proxy: Airflow's tasks talk to its API server."""
    hosts = [host for name in WITHOUT_PROXY for host in os.environ.get(name, "").split(",") if host.strip()]
    if "*" not in hosts:
        hosts = [*dict.fromkeys((*hosts, "localhost", "127.0.0.1", "::1"))]
    os.environ.update(dict.fromkeys(WITHOUT_PROXY, ",".join(hosts)))


def _is_foreign(name: str, value: str) -> bool:
    if name in FOLDERS:
        return not Path(os.path.expanduser(value)).resolve().is_relative_to(PROJECT_DIR)
    if name == MODULES:
        return {Path(each).resolve() for each in value.split(os.pathsep)} != {PROJECT_DIR}
    return name in AIRFLOW or (name.startswith(DBT) and not name.startswith(DBT_VALUES))
