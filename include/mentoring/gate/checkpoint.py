"""The gate as a Great Expectations checkpoint over the landed tables, read in place.

Imports Great Expectations: import it only where the gate runs.
"""

from pathlib import Path

import great_expectations as gx
import sqlalchemy
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation

from include.mentoring import warehouse
from include.mentoring.errors import WarehouseInvalid
from include.mentoring.gate import suites
from include.mentoring.gate.duckdb_datasource import DuckDBDatasource
from include.mentoring.settings import settings
from include.mentoring.sources import SOURCES

DATASOURCE = "landing"
SITE = "delivery"


def new_context(docs_dir: Path) -> EphemeralDataContext:
    """Return a context that keeps everything in memory and writes Data Docs to `docs_dir`."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={
            SITE: {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    # Great Expectations would take a `$` in it for one of its variables.
                    "base_directory": str(docs_dir).replace("$", r"\$"),
                },
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def configure(context: EphemeralDataContext) -> gx.Checkpoint:
    """Return the checkpoint over the landed delivery; it holds the landing open until `release`.

    Raises:
        WarehouseInvalid: there is no landing, or it lacks a table.
    """
    is_known = _events_are_known()
    datasource = connect(context, settings().landing_path)
    expectations = {
        "users": suites.users(),
        "mentors": suites.mentors(),
        "events": suites.events(is_known=is_known),
    }
    return context.checkpoints.add(
        gx.Checkpoint(
            name="quality_gate",
            validation_definitions=[
                _validation(context, datasource, table, listed) for table, listed in expectations.items()
            ],
            result_format={"result_format": "COMPLETE"},
        )
    )


def connect(context: EphemeralDataContext, path: Path) -> DuckDBDatasource:
    """Add the database at `path` as data source, read-only, with the limits of the settings."""
    current = settings()
    return context.data_sources.add_duckdb(  # type: ignore[attr-defined]
        DATASOURCE,
        # Quoted, for Great Expectations would take a `$` in the path for one of its variables.
        connection_string=sqlalchemy.URL.create("duckdb", database=str(path)).render_as_string(),
        kwargs={
            "connect_args": {
                "read_only": True,
                "config": {"memory_limit": current.memory_limit, "threads": current.threads},
            },
            # A failed statement aborts its transaction, and with it every check that follows.
            "isolation_level": "AUTOCOMMIT",
        },
    )


def release(context: EphemeralDataContext) -> None:
    """Close the landing, whatever became of the checkpoint."""
    for datasource in context.data_sources.all().values():
        if isinstance(datasource, DuckDBDatasource):
            datasource.release()


def _events_are_known() -> bool:
    path = settings().landing_path
    if not path.exists():
        raise WarehouseInvalid(f"{path} is not there. Expected a landed delivery; run `make ingest` first.")
    with warehouse.connect(path, read_only=True) as connection:
        present = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'delivered'"
            ).fetchall()
        }
        missing = sorted({"files", *SOURCES} - present)
        if missing:
            raise WarehouseInvalid(
                f"{path} lacks the table {', '.join(missing)}: found {', '.join(sorted(present))}."
                " Expected a landed delivery; run the ingest again."
            )
        known = connection.execute(
            "select 1 from delivered.files where source = 'events' and is_known"
        ).fetchone()
    return known is not None


def _validation(
    context: EphemeralDataContext,
    datasource: DuckDBDatasource,
    table: str,
    expectations: list[Expectation],
) -> gx.ValidationDefinition:
    asset = datasource.add_table_asset(table)
    suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=expectations))
    return context.validation_definitions.add(
        gx.ValidationDefinition(name=table, data=asset.add_batch_definition_whole_table("all"), suite=suite)
    )
