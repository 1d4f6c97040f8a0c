"""The gate as a Great Expectations checkpoint over the landed tables, read in place.

Imports Great Expectations: import it only where the gate runs.
"""

from contextlib import ExitStack

import duckdb
import great_expectations as gx
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import SQLDatasource

from include.pipeline.core import declaration, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.quality import data_docs, expect
from include.pipeline.quality.expect import history
from include.pipeline.quality.quality_gate import KeepVerdict, QualityGate


def configure(context: AbstractDataContext) -> QualityGate:
    """Return the checkpoint over the landed delivery; the landing is open until it has run.

    Raises:
        WarehouseInvalid: there is no landing, or it lacks a table.
    """
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    path = settings().landing_path
    if not path.exists():
        raise WarehouseInvalid(f"{path} is not there. Expected a landed delivery; run `make ingest` first.")
    with ExitStack() as until_failure:
        landing = until_failure.enter_context(warehouse.connect(path, read_only=True))
        _require_tables(landing)
        history.list_accepted(landing)
        source = connect(context, landing)
        gate = QualityGate(
            name="quality_gate",
            validation_definitions=[
                _validation(context, source, table, suite) for table, suite in _expectations().items()
            ],
            actions=[
                data_docs.update_action(context),
                KeepVerdict(name="keep_verdict", run_id=_run_id(landing)),
            ],
            # Of failed rows too, for the verdict to name a few.
            result_format="COMPLETE",
        )
        gate.release_after_run(until_failure.pop_all())
    return gate


def connect(context: AbstractDataContext, connection: duckdb.DuckDBPyConnection) -> SQLDatasource:
    """Return the landed tables of the connection as a data source, which uses it and no other."""
    connection.execute("use delivered")
    wrapped = ConnectionWrapper(connection)
    return context.data_sources.add_sql(
        "landing",
        connection_string="duckdb://",
        # Great Expectations' stub of this method lacks the argument.
        kwargs={  # type: ignore[call-arg]
            "creator": lambda: wrapped,
            # A failed statement aborts its transaction, and with it every check that follows.
            "isolation_level": "AUTOCOMMIT",
            # Great Expectations fetches rows after it gave the connection back, where SQLAlchemy would
            # roll back and drop them (great_expectations #10738, #11579).
            "skip_autocommit_rollback": True,
        },
    )


def _require_tables(landing: duckdb.DuckDBPyConnection) -> None:
    present = {
        name
        for (name,) in landing.execute(
            "select table_name from information_schema.tables where table_schema = 'delivered'"
        ).fetchall()
    }
    missing = sorted({"files", *declared().source_names} - present)
    if missing:
        raise WarehouseInvalid(
            f"{settings().landing_path} lacks the table {', '.join(missing)}:"
            f" found {', '.join(sorted(present))}. Expected a landed delivery; run the ingest again."
        )


def _expectations() -> dict[str, list[gx.expectations.Expectation]]:
    reference = declared().expectations
    further = declaration.load(reference)() if reference else {}
    return {
        source.name: [*expect.of_source(source), *further.get(source.name, [])]
        for source in declared().sources
    }


def _run_id(landing: duckdb.DuckDBPyConnection) -> str:
    ((run_id,),) = landing.execute("select run_id from runs").fetchall()
    return str(run_id)


def _validation(
    context: AbstractDataContext,
    source: SQLDatasource,
    table: str,
    expectations: list[gx.expectations.Expectation],
) -> gx.ValidationDefinition:
    batch = source.add_table_asset(table).add_batch_definition_whole_table("all")
    suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=expectations))
    return context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
