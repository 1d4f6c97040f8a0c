"""DuckDB: all rows are in one database file, and dbt runs in Airflow's environment."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from include.pipeline.core.source import Source
from include.pipeline.engines.base import Dbt, Engine, Storage

if TYPE_CHECKING:
    import duckdb


class DuckDbEngine(Engine):
    """Builds in a file that is written on one machine: only Celery's workers there listen to the queue."""

    queue = "warehouse"
    dbt_target = "build"
    dbt_artifacts = "."
    runs_dbt_here = True
    is_one_file = True

    @property
    def storage(self) -> Storage:
        """The database itself."""
        return Tables()

    def begin_dbt(self) -> Dbt:
        """Nothing to prepare: dbt creates its tables in the build itself."""
        return Dbt([str(Path(sys.executable).with_name("dbt"))], end=lambda exit_code: None)


class Tables(Storage):
    """Rows in the tables of the databases, and nowhere else."""

    def create_landed(self, connection: "duckdb.DuckDBPyConnection", source: Source, landing: Path) -> None:
        columns = ", ".join(f'"{column}" varchar' for column in source.columns)
        connection.execute(
            f"create table delivered.{source.name} ({columns}, _row_number bigint, _is_duplicate boolean)"
        )

    def store_landed(
        self, connection: "duckdb.DuckDBPyConnection", source: Source, landing: Path, query: str
    ) -> None:
        connection.execute(f"delete from delivered.{source.name}")
        connection.execute(f"insert into delivered.{source.name} {query}")

    def remove_landed(self, landing: Path) -> None:
        """Nothing lies next to the landing."""

    def create_raw(self, connection: "duckdb.DuckDBPyConnection", source: Source) -> None:
        columns = ", ".join(f'"{column}" varchar not null' for column in source.columns)
        connection.execute(
            f"create table if not exists raw.{source.name} ({columns},"
            " _load_id integer not null, _row_number bigint not null, _loaded_at timestamp not null)"
        )

    def add_load(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: Source,
        load_id: int,
        loaded_at: datetime,
        landing: Path,
        rows: str,
    ) -> None:
        connection.execute(
            f"insert into raw.{source.name} by name"
            f" select *, $load_id as _load_id, $loaded_at as _loaded_at from ({rows})",
            {"load_id": load_id, "loaded_at": loaded_at},
        )

    def copy_load(self, connection: "duckdb.DuckDBPyConnection", source: Source, load_id: int) -> None:
        connection.execute(
            f"insert into raw.{source.name} by name from donor.raw.{source.name} where _load_id = $load_id"
            " order by _row_number",
            {"load_id": load_id},
        )

    def forget_models(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Nothing else to forget: all models are in the schemas of the build."""

    def remove_unused(self) -> None:
        """Nothing to remove: there are no files but the databases."""
