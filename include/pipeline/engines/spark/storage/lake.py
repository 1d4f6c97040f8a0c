"""The lake as an engine's storage: databases have views of the rows, and name the folders that hold them."""

from datetime import datetime
from pathlib import Path

import duckdb

from include.pipeline.core.source import Source
from include.pipeline.engines.base import Storage
from include.pipeline.engines.spark.storage import dbt_tables, landed_rows, raw_parts, unused_folders


class Lake(Storage):
    """Rows in folders of Parquet."""

    create_landed = staticmethod(landed_rows.create)
    store_landed = staticmethod(landed_rows.store)
    remove_landed = staticmethod(landed_rows.drop)
    copy_load = staticmethod(raw_parts.copy)
    forget_models = staticmethod(dbt_tables.forget)
    remove_unused = staticmethod(unused_folders.sweep)

    def create_raw(self, connection: duckdb.DuckDBPyConnection, source: Source) -> None:
        raw_parts.create(connection, source)
        dbt_tables.create(connection)

    def add_load(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: Source,
        load_id: int,
        loaded_at: datetime,
        landing: Path,
        rows: str,
    ) -> None:
        if source.is_snapshot:
            raw_parts.add_changed(connection, source, load_id, loaded_at, rows)
        else:
            raw_parts.add(connection, source, load_id, loaded_at, landed_rows.fit(landing, source))
