"""The one module that reads the environment: `.env` as defaults, the caller's variables above them.

`load()` runs at the start of every Python process of the project's virtual environment (`make setup`
writes the hook), so `airflow`, `dbt` and `python -m include.mentoring` see the same settings however
they are started.
"""

import os
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from include.mentoring.errors import SettingInvalid

PROJECT_DIR = Path(__file__).resolve().parents[2]
DBT_PROJECT_DIR = PROJECT_DIR / "include" / "dbt"
DBT_MANIFEST = DBT_PROJECT_DIR / "target" / "manifest.json"
SAMPLE_DATA_DIR = PROJECT_DIR / "include" / "data"
# The hashes of the shipped files, whatever lies in their place.
SAMPLE_SUMS = SAMPLE_DATA_DIR / "SHA256SUMS"

PATH_VARIABLES = (
    "MENTOR_DATA_DIR",
    "MENTOR_WAREHOUSE_DIR",
    "MENTOR_LAKE",
    "MENTOR_REPORT_DIR",
    "AIRFLOW_HOME",
    "AIRFLOW__CORE__DAGS_FOLDER",
    "AIRFLOW__CORE__PLUGINS_FOLDER",
    "DBT_PROJECT_DIR",
    "DBT_PROFILES_DIR",
)

# Where dbt for Spark is installed, beside Airflow's own dbt.
SPARK_PYTHON = PROJECT_DIR / ".venv-spark" / "bin" / "python"

# What makes staging, marts and reports.
DUCKDB = "duckdb"
SPARK = "spark"

# `airflow dags test …`: what follows the interpreter and its script.
RUNS_BY_HAND = (["dags", "test"], ["tasks", "test"])


def load() -> None:
    """Put `.env` into the environment where the caller set nothing, and make its paths absolute.

    A relative path in `.env` counts from the project folder, one set by the caller from the caller's.
    """
    from dotenv import dotenv_values

    for name in PATH_VARIABLES:
        if os.environ.get(name):
            os.environ[name] = str(Path(os.environ[name]).expanduser().absolute())
    for name, value in dotenv_values(PROJECT_DIR / ".env", interpolate=False).items():
        if value is not None and not os.environ.get(name):
            os.environ[name] = str(PROJECT_DIR / value) if name in PATH_VARIABLES else value
    if is_by_hand():
        os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = metadata_by_hand()


def is_by_hand() -> bool:
    """Return whether this process is `airflow dags test` or `tasks test`, which have no triggerer."""
    return sys.orig_argv[2:4] in RUNS_BY_HAND


@dataclass(frozen=True)
class Settings:
    """The settings of this process; every path is absolute.

    Attributes:
        engine: what makes staging, marts and reports: duckdb or spark.
        data_dir: the landing folder.
        warehouse_dir: folder of the published database and of the build; with spark, the lake.
        report_dir: folder of the reports.
        max_rejected_pct: share of a file's rows, in percent, above which the file is refused.
        memory_limit: of every DuckDB connection, as DuckDB writes it ("2GB").
        threads: of every DuckDB connection.
        keep_versions: how many published versions are kept, the one that readers open included.
        keep_deliveries_days: days after its acceptance for which a delivered file is kept.
        lock_wait_minutes: how long a run waits for another one to leave the warehouse.
    """

    engine: str
    data_dir: Path
    warehouse_dir: Path
    report_dir: Path
    max_rejected_pct: float
    memory_limit: str
    threads: int
    keep_versions: int
    keep_deliveries_days: float
    lock_wait_minutes: float

    @property
    def published_path(self) -> Path:
        """The database that readers open."""
        return self.warehouse_dir / "mentoring.duckdb"

    @property
    def versions_dir(self) -> Path:
        """Folder of the published versions: one folder each, named by its number."""
        return self.warehouse_dir / "versions"

    @property
    def deliveries_dir(self) -> Path:
        """Folder of the kept deliveries: one folder for each origin of data."""
        return self.warehouse_dir / "deliveries"

    @property
    def build_dir(self) -> Path:
        """Folder of what runs work in: one build for each origin of data, and the landing."""
        return self.warehouse_dir / "build"

    @property
    def build_path(self) -> Path:
        """The database that a run builds in; named as the published one, for the name is its catalog's."""
        return self.build_dir / "current" / "mentoring.duckdb"

    @property
    def landing_path(self) -> Path:
        """The database that holds one delivery until it is accepted or refused."""
        return self.build_dir / "landing.duckdb"

    @property
    def quality_dir(self) -> Path:
        """Verdicts of the quality gate: a file a run, and a page of the latest."""
        return self.warehouse_dir / "quality"


def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingInvalid: a variable is missing or is not of its type.
    """
    engine = _choice("MENTOR_ENGINE", DUCKDB, SPARK)
    return Settings(
        engine=engine,
        data_dir=_path("MENTOR_DATA_DIR"),
        warehouse_dir=_path("MENTOR_LAKE" if engine == SPARK else "MENTOR_WAREHOUSE_DIR"),
        report_dir=_path("MENTOR_REPORT_DIR"),
        max_rejected_pct=_number("MENTOR_MAX_REJECTED_PCT", low=0, high=100),
        memory_limit=_text("MENTOR_MEMORY_LIMIT"),
        threads=int(_number("MENTOR_THREADS", low=1, high=1024)),
        keep_versions=int(_number("MENTOR_KEEP_VERSIONS", low=1, high=10_000)),
        keep_deliveries_days=_number("MENTOR_KEEP_DELIVERIES_DAYS", low=0, high=100_000),
        lock_wait_minutes=_number("MENTOR_LOCK_WAIT_MINUTES", low=0, high=10_000),
    )


def spark_master() -> str | None:
    """Return the address of the Spark cluster, or None where a run starts one of its own."""
    return os.environ.get("MENTOR_SPARK_MASTER") or None


def spark_memory() -> str:
    """Return the memory of Spark's driver and of each executor, as Java writes it ("2g").

    Raises:
        SettingInvalid: the variable is missing.
    """
    return _text("MENTOR_SPARK_MEMORY")


def spark_partitions() -> int:
    """Return into how many parts Spark divides what it sorts or joins.

    Raises:
        SettingInvalid: the variable is missing or is no such number.
    """
    return int(_number("MENTOR_SPARK_PARTITIONS", low=1, high=1_000_000))


def spark_wait() -> timedelta:
    """Return how long a build on Spark may be without any executor.

    Raises:
        SettingInvalid: the variable is missing or is no such time.
    """
    return timedelta(minutes=_number("MENTOR_SPARK_WAIT_MINUTES", low=0.01, high=10_000))


def progress_path() -> Path | None:
    """Return the file in which to note the progress of tasks, or None where nobody follows it."""
    path = os.environ.get("MENTOR_PROGRESS_FILE")
    return Path(path) if path else None


def alert_addresses() -> list[str]:
    """Return where alerts go, as URLs of Apprise; none where alerts are off. They may hold secrets.

    They stand in MENTOR_ALERT_URL or, where that is empty, in the file that MENTOR_ALERT_URL_FILE names.
    """
    value = (os.environ.get("MENTOR_ALERT_URL") or _kept_alert_url()).strip(", \t\n")
    # A URL may hold commas of its own.
    return re.split(r"[,\s]+(?=[A-Za-z0-9]+://)", value) if value else []


def _kept_alert_url() -> str:
    path = Path(os.environ.get("MENTOR_ALERT_URL_FILE", os.devnull))
    return path.read_text(encoding="utf-8") if path.exists() else ""


def secrets_dir() -> Path:
    """Return the folder of the deployment's secrets, which docker-compose.yaml sets."""
    return _path("MENTOR_SECRETS_DIR")


def keep_records() -> timedelta:
    """Return how long task logs and Airflow's records of runs are kept in the deployment.

    Raises:
        SettingInvalid: the variable is missing or is no such time.
    """
    return timedelta(days=_number("MENTOR_KEEP_RECORDS_DAYS", low=1, high=100_000))


def publish_within() -> timedelta:
    """Return how long after it was queued a run is to have published.

    Raises:
        SettingInvalid: the variable is missing or is no such time.
    """
    return timedelta(minutes=_number("MENTOR_PUBLISH_WITHIN_MINUTES", low=0.1, high=10_000))


def delivery_wait() -> timedelta:
    """Return how long a run of the scheduler waits for its delivery; less than the day until the next run.

    Raises:
        SettingInvalid: the variable is missing or is no such time.
    """
    return timedelta(minutes=_number("MENTOR_DELIVERY_WAIT_MINUTES", low=0, high=1380))


def goes_on_without_delivery() -> bool:
    """Return whether a run without its delivery goes on with the previous data, and does not fail.

    Raises:
        SettingInvalid: the variable is missing or is neither of the two words.
    """
    return _choice("MENTOR_DELIVERY_LATE", "fail", "previous") == "previous"


def metadata_by_hand() -> str:
    """Return the address of the database that has Airflow's records of runs by hand, and those alone.

    A scheduler on the same database would run the tasks of `airflow dags test` as well, beside it
    (apache/airflow #35994).
    """
    return f"sqlite:///{airflow_home()}/by_hand.db"


def airflow_home() -> Path:
    """Return Airflow's folder: its metadata database, configuration and task logs."""
    return _path("AIRFLOW_HOME")


def _text(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SettingInvalid(
            f"{name} is not set. Expected a value; .env holds the default: restore its line."
        )
    return value


def _choice(name: str, *words: str) -> str:
    value = _text(name)
    if value not in words:
        raise SettingInvalid(
            f"{name} is {value!r}. Expected {' or '.join(words)}; change it in .env or unset it."
        )
    return value


def _path(name: str) -> Path:
    return Path(_text(name)).expanduser().absolute()


def _number(name: str, low: float, high: float) -> float:
    value = _text(name)
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise SettingInvalid(
            f"{name} is {value!r}. Expected a number from {low:g} to {high:g}; change it in .env or unset it."
        )
    return number
