"""Which code built the rows of a build: dbt adds rows to incremental models, and old ones stay as they were.

Table `main.built_code` of the build has one row, a JSON document: `Code`. Where there are layers and no such
table, their code is not known: a full refresh began and did not end well, or rows of another code came in.
Table `main.tested_loads` has one row per source: its last load and its history when dbt had last built
and tested everything. Later builds test what came after (macro `get_where_subquery`).
Both stay when the build state is revoked, and are never published.
"""

import json
from typing import TYPE_CHECKING

# It loads DuckDB, and the DAG is parsed every few seconds.
if TYPE_CHECKING:
    import duckdb

TABLE = "main.built_code"
TESTED = "main.tested_loads"
# Schemas that are no layers of dbt's.
NOT_LAYERS = ["audit", "lake", "main", "raw"]

# Of each model, by what its rows depend on ("SQL", "macro of_new_loads"): a value, or its hash.
Code = dict[str, dict[str, str]]


def read(connection: "duckdb.DuckDBPyConnection") -> Code | None:
    """Return the code that built the rows.

    Empty if it is not known; None if nothing depends on it, as there are no layers or no incremental models.
    """
    found = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
    if tuple(TABLE.split(".")) in found:
        ((code,),) = connection.execute(f"select code from {TABLE}").fetchall()
        return dict(json.loads(code)) or None
    return {} if any(schema not in NOT_LAYERS for schema, _ in found) else None


def store(connection: "duckdb.DuckDBPyConnection", code: Code) -> None:
    """Record that this code built all rows of the layers."""
    connection.execute(
        f"create or replace table {TABLE} as select $code::varchar as code", {"code": json.dumps(code)}
    )


def note_tested(connection: "duckdb.DuckDBPyConnection") -> None:
    """Record that the rows of all loads that raw has are built and tested."""
    connection.execute(
        f"""
        create or replace table {TESTED} as
        select
            source,
            max(load_id) as load_id,
            string_agg(row(load_id, content_load_id, data_date, status)::varchar order by load_id) as history
        from raw.loads
        group by source
        """
    )


def drop(connection: "duckdb.DuckDBPyConnection") -> None:
    """Remove the record: the rows are of several codes or will be dropped, or the database is published."""
    for table in (TABLE, TESTED):
        connection.execute(f"drop table if exists {table}")
