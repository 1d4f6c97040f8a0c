"""What an engine has to offer: `Engine`, which the DAG's parsing may load, and `Storage`, which tasks use."""

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

    A connection is of the database whose rows are meant. Who writes in a transaction has begun it.
    """

    @abstractmethod
    def create_landed(self, connection: "duckdb.DuckDBPyConnection", source: Source, landing: Path) -> None:
        """Make `delivered.<source>` of the landing at a path, without a row."""

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
        """Remove what lies next to the landing at a path, whose database is gone."""

    @abstractmethod
    def create_raw(self, connection: "duckdb.DuckDBPyConnection", source: Source) -> None:
        """Make `raw.<source>` where it is not there yet."""

    @abstractmethod
    def add_load(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: Source,
        load_id: int,
        loaded_at: datetime,
        landing: Path,
    ) -> None:
        """Add the landed rows that are no duplicates to `raw.<source>`.

        Args:
            connection: of a database with a raw layer.
            source: whose rows they are.
            load_id: of the load that they become.
            loaded_at: when it was accepted, UTC.
            landing: path of the landing, which is attached as `landing`.
        """

    @abstractmethod
    def copy_load(self, connection: "duckdb.DuckDBPyConnection", source: Source, load_id: int) -> int:
        """Add the rows that the database attached as `donor` has of a load; return how many it has."""

    @abstractmethod
    def forget_models(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Have dbt's next build go on with no table of an earlier one."""

    @abstractmethod
    def remove_unused(self) -> None:
        """Remove the files that neither the build nor a version consists of."""


@dataclass(frozen=True)
class Dbt:
    """dbt as a program, for one command that works on the build.

    Attributes:
        program: what stands before dbt's arguments.
        end: takes dbt's exit code when dbt has ended, and has the build's database show what dbt made;
            returns why dbt could not run, or None where it could.
    """

    program: list[str]
    end: Callable[[int], str | None]


class Engine(ABC):
    """What makes staging, marts and reports.

    Attributes:
        queue: of Celery's workers that may do the DAG's tasks; None where all may.
        dbt_target: of the profile.
        dbt_artifacts: folder in dbt's target folder: an engine's dbt would parse the whole project after
            another's.
        runs_dbt_here: whether dbt can run in the process of an Airflow task.
    """

    queue: str | None
    dbt_target: str
    dbt_artifacts: str
    runs_dbt_here: bool

    @property
    @abstractmethod
    def storage(self) -> Storage:
        """Where this engine keeps rows."""

    @abstractmethod
    def begin_dbt(self) -> Dbt:
        """Prepare a command of dbt."""
