"""On what the figures were measured: the machine, and the versions of what takes part."""

import platform
from importlib.metadata import version

import psutil

PACKAGES = (
    "apache-airflow",
    "astronomer-cosmos",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pandas",
    "polars",
)


def describe() -> dict[str, str]:
    """Return what there is to know, by its name."""
    memory = psutil.virtual_memory().total / 1e9
    return {
        "machine": f"{platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GB of memory",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }
