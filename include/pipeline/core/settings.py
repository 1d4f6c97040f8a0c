"""Reads the settings: `.env` has the defaults, the caller's variables win.

The settings load when a process first asks for one, so it makes no difference how the process was started.
What other programs read before any of our code runs (`AIRFLOW_HOME`, `AIRFLOW__…`) is exported by
`source .venv/bin/activate`, by `make`, and by docker-compose.yaml.
"""

import os
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.pipeline.core import caller, env_file
from include.pipeline.core.declaration import PROJECT_DIR, Pipeline
from include.pipeline.core.declaration import load as load_reference
from include.pipeline.core.errors import SettingInvalid

PATH_VARIABLES = (
    "MENTOR_DATA_DIR",
    "MENTOR_WAREHOUSE_DIR",
    "MENTOR_LAKE",
    "MENTOR_REPORT_DIR",
    "MENTOR_LOG_DIR",
    "MENTOR_DBT_TARGET_DIR",
    "AIRFLOW_HOME",
    "AIRFLOW__CORE__DAGS_FOLDER",
    "AIRFLOW__CORE__PLUGINS_FOLDER",
)
# What builds the models.
DUCKDB = "duckdb"
SPARK = "spark"


class Section(BaseSettings):
    """Settings whose names in the environment begin with MENTOR_."""

    model_config = SettingsConfigDict(
        env_prefix="MENTOR_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    @classmethod
    def read(cls) -> Self:
        """Return these settings of this process.

        Raises:
            SettingInvalid: a variable is missing or is not of its type.
        """
        load()
        try:
            return cls()
        except ValidationError as invalid:
            raise SettingInvalid(_explain(cls, invalid)) from None


class Settings(Section):
    """The settings of every process; each path is absolute.

    Attributes:
        engine: what builds the models.
        data_dir: the landing folder.
        warehouse: folder of the published database and of the build, with engine duckdb.
        lake: the same with engine spark.
        report_dir: folder of the reports.
        max_rejected_pct: share of a file's rows, in percent, above which the file is refused.
        memory_limit: of every DuckDB connection, as DuckDB writes it ("2GB").
        threads: of every DuckDB connection.
        keep_versions: how many published versions are kept, the one that readers open included.
        keep_deliveries_days: days after its acceptance for which a delivered file is kept.
        lock_wait_minutes: how long a run waits for the warehouse lock.
    """

    engine: Literal["duckdb", "spark"]
    data_dir: Path
    warehouse: Path = Field(validation_alias="MENTOR_WAREHOUSE_DIR")
    lake: Path
    report_dir: Path
    max_rejected_pct: float = Field(ge=0, le=100)
    memory_limit: str
    threads: int = Field(ge=1, le=1024)
    keep_versions: int = Field(ge=1, le=10_000)
    keep_deliveries_days: float = Field(ge=0, le=100_000)
    lock_wait_minutes: float = Field(ge=0, le=10_000)

    @property
    def warehouse_dir(self) -> Path:
        """Folder of the published database and of the build."""
        return {DUCKDB: self.warehouse, SPARK: self.lake}[self.engine]

    @property
    def published_path(self) -> Path:
        """The database that readers open."""
        return self.warehouse_dir / database_name()

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
        """The database that a run builds in; it has the published one's name, which names its catalog."""
        return self.build_dir / "current" / database_name()

    @property
    def landing_path(self) -> Path:
        """The database that holds one delivery until it is accepted or refused."""
        return self.build_dir / "landing.duckdb"

    @property
    def quality_dir(self) -> Path:
        """Verdicts of the gate and results of dbt, a file a run; a page and Data Docs of the last verdict."""
        return self.warehouse_dir / "quality"


def load() -> None:
    """Put `.env` into the environment where the caller set nothing, and make its paths absolute.

    A relative path in `.env` counts from the project folder, one set by the caller from the caller's.
    """
    for name in PATH_VARIABLES:
        if os.environ.get(name):
            os.environ[name] = str(_expanded(name, os.environ[name]).absolute())
    for name, value in _defaults().items():
        if not os.environ.get(name):
            os.environ[name] = value
    caller.bypass_proxy()


def declared() -> Pipeline:
    """Return the pipeline that this process works for: the declaration that MENTOR_PIPELINE names.

    Raises:
        SettingInvalid: there is no such declaration.
    """
    load()
    return _declaration(os.environ.get("MENTOR_PIPELINE", ""))


def database_name() -> str:
    """Return the file name of the published database, and of each build and version."""
    return f"{declared().database}.duckdb"


def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingInvalid: a variable is missing or is not of its type.
    """
    return Settings.read()


def progress_path() -> Path | None:
    """Return the file in which to note the progress of tasks, or None where nobody follows it."""
    path = os.environ.get("MENTOR_PROGRESS_FILE")
    return Path(path) if path else None


def airflow_home() -> Path:
    """Return Airflow's folder: its metadata database, configuration and task logs."""
    return path("AIRFLOW_HOME")


def path(name: str) -> Path:
    """Return the absolute path that a variable holds.

    Raises:
        SettingInvalid: it is not set.
    """
    load()
    if not os.environ.get(name):
        raise SettingInvalid(_missing(name))
    return _expanded(name, os.environ[name]).absolute()


def _expanded(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise SettingInvalid(
            f"{name} is {value!r}: found no home folder of that user. Expected a path; write it in full."
        ) from None


def of_other_programs() -> dict[str, str]:
    """Return what `.env` sets for programs that read it before our code runs, as this process has it."""
    load()
    names = (*(name for name in _defaults() if not name.startswith("MENTOR_")), *caller.WITHOUT_PROXY)
    return {name: os.environ[name] for name in names}


@cache
def _declaration(reference: str) -> Pipeline:
    try:
        found = load_reference(reference)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingInvalid(
            f"MENTOR_PIPELINE is {reference!r}: {error}. Expected `module:attribute` of a Pipeline;"
            " .env has the default: restore its line."
        ) from error
    if not isinstance(found, Pipeline):
        raise SettingInvalid(
            f"MENTOR_PIPELINE is {reference!r}, which is a {type(found).__name__}. Expected a Pipeline"
            " (include/pipeline/core/declaration.py)."
        )
    return found


@cache
def _defaults() -> dict[str, str]:
    """The lines of `.env` that set something, each path absolute."""
    try:
        lines = env_file.read()
    except ValueError as invalid:
        raise SettingInvalid(str(invalid)) from None
    return {
        name: str(PROJECT_DIR / _expanded(name, value)) if name in PATH_VARIABLES else value
        for name, value in lines.items()
        if value
    }


def _explain(section: type[Section], invalid: ValidationError) -> str:
    error = invalid.errors()[0]
    field = str(error["loc"][0])
    name = field.upper()
    name = name if name.startswith("MENTOR_") else f"MENTOR_{name}"
    if error["type"] == "missing":
        return _missing(name)
    bounds = section.model_fields[field].metadata if field in section.model_fields else []
    if bounds:
        kind = "a whole number" if section.model_fields[field].annotation is int else "a number"
        low, high = (getattr(bound, of) for bound, of in zip(bounds, ("ge", "le"), strict=True))
        expected = f"Expected {kind} from {low} to {high}"
    else:
        # "Input should be 'fail' or 'previous'"
        expected = error["msg"].replace("Input should be", "Expected it to be")
    return f"{name} is {error['input']!r}. {expected}; change it in .env or unset it."


def _missing(name: str) -> str:
    return f"{name} is not set. Expected a value; .env holds the default: restore its line."
