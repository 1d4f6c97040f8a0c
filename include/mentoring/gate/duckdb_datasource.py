"""Great Expectations on DuckDB. Imports Great Expectations: import it only where the gate runs."""

import builtins
import contextlib
import types
from collections.abc import Iterator
from typing import Any, Literal

import sqlalchemy
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine

SCHEMA = "delivered"


class _Dialect(types.ModuleType):
    # Great Expectations has no DuckDB dialect; Dremio writes regular expressions likewise.
    DremioDialect = True


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs expectations as DuckDB's SQL, over one connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = _Dialect("duckdb")

    @contextlib.contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """Yield the connection, in UTC, and keep it open.

        Great Expectations fetches rows after it gave the connection back; DuckDB has dropped them
        by then (great_expectations #10738, #11579).
        """
        if not self._connection:
            self._connection = self.engine.connect()
            self._connection.exec_driver_sql("set TimeZone = 'UTC'")
        yield self._connection


class DuckDBDatasource(SQLDatasource):
    """The schema `delivered` of a DuckDB database as a data source."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """The engine of this source's batches."""
        return DuckDBExecutionEngine

    @property
    def schema_(self) -> str:
        """The schema of this source's tables; naming it at each table is deprecated."""
        return SCHEMA

    def release(self) -> None:
        """Close both engines that were opened; else the process holds the file for good."""
        engine = self._execution_engine
        if isinstance(engine, SqlAlchemyExecutionEngine):
            if engine._connection is not None:
                engine._connection.close()
            engine.engine.dispose()
        self.get_engine().dispose()
