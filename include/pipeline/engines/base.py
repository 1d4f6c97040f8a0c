"""What an engine provides: `Engine`, which the DAG may load while it is parsed, and `Storage`, for tasks."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from include.pipeline.core.source import Source

# It loads DuckDB, and the DAG is parsed every few seconds.
if TYPE_CHECKING:
    import duckdb


class Storage(ABC):
    """Keeps the rows of the sources, in DuckDB databases or where such a database has views of them.

    A connection is to the database with the rows. The caller manages transactions.
    """

    @abstractmethod
    def create_landed(self, connection: "duckdb.DuckDBPyConnection", source: Source, landing: Path) -> None:
        """Create `delivered.<source>` in the landing at a path, without rows."""

    @abstractmethod
    def store_landed(
        self, connection: "duckdb.DuckDBPyConnection", source: Source, landing: Path, query: str
    ) -> None:
        """Replace the rows of `delivered.<source>`.

        Args:
            connection: of the landing.
            source: whose file has landed.
            landing: path of the landing.
            query: of the rows, with the source's columns, `_row_number` and `_is_duplicate`.
        """

    @abstractmethod
    def remove_landed(self, landing: Path) -> None:
        """Remove what lies next to a landing whose database is gone."""

    @abstractmethod
    def create_raw(self, connection: "duckdb.DuckDBPyConnection", source: Source) -> None:
        """Create `raw.<source>` unless it exists."""

    @abstractmethod
    def add_load(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: Source,
        load_id: int,
        loaded_at: datetime,
        landing: Path,
        rows: str,
    ) -> None:
        """Add landed rows to `raw.<source>`.

        Args:
            connection: of a database with a raw layer.
            source: whose rows they are.
            load_id: of the load that they become.
            loaded_at: when it was accepted, UTC.
            landing: path of the landing, which is attached as `landing`.
            rows: query of those to add, with the source's columns and `_row_number`: all that are no
                duplicates, and of a snapshot only what the load before lacks.
        """

    @abstractmethod
    def copy_load(self, connection: "duckdb.DuckDBPyConnection", source: Source, load_id: int) -> None:
        """Add the rows that the database attached as `donor` stores of a load."""

    @abstractmethod
    def forget_models(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Make dbt's next build start without tables of an earlier one."""

    @abstractmethod
    def remove_unused(self) -> None:
        """Remove the files that belong to neither the build nor a version."""


@dataclass(frozen=True)
class Dbt:
    """dbt as a program, for one command that works on the build.

    Attributes:
        program: what stands before dbt's arguments.
        end: takes dbt's exit code when dbt has ended, and makes the build's database show what dbt built;
            returns why dbt could not run, or None if it could.
    """

    program: list[str]
    end: Callable[[int], str | None]


class Engine(ABC):
    """What builds the models.

    Attributes:
        queue: Celery's queue for the DAG's tasks, if only some workers may run them; else None.
        dbt_target: of the profile.
        dbt_artifacts: folder in dbt's target folder, one for each engine: with a shared one, dbt would parse
            the whole project after each change of engine.
        runs_dbt_here: whether dbt can run in the process of an Airflow task.
        is_one_file: whether a build is one database file, which can be copied for dbt to work in.
    """

    queue: str | None
    dbt_target: str
    dbt_artifacts: str
    runs_dbt_here: bool
    is_one_file: bool

    @property
    @abstractmethod
    def storage(self) -> Storage:
        """Where this engine keeps rows."""

    @abstractmethod
    def begin_dbt(self) -> Dbt:
        """Prepare a command of dbt."""
