"""Fingerprints of tables: the number of rows and the sum of their hashes, whatever their order.

Doubles count with nine digits, as the last ones depend on the order in which they were summed up.
"""

from collections.abc import Sequence
from typing import Any

import duckdb


def of_tables(
    connection: duckdb.DuckDBPyConnection, *, without: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return `rows` and `fingerprint` of every table and view, by "schema.table".

    Args:
        connection: of a database.
        without: schemas to leave out.
    """
    names = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        # Without the temporary view of an earlier call.
        " where table_catalog = current_database() and not list_contains($without, table_schema)"
        " order by all",
        {"without": [*without]},
    ).fetchall()
    found = {}
    for schema, table in names:
        relation = connection.sql(f"from {duckdb.ColumnExpression(schema, table)}")
        ((rows, fingerprint),) = relation.query(
            "rows", f"select count(*), sum(hash({_values(relation)})::hugeint) from rows"
        ).fetchall()
        found[f"{schema}.{table}"] = {"rows": rows, "fingerprint": str(fingerprint)}
    return found


def _values(relation: duckdb.DuckDBPyRelation) -> str:
    return ", ".join(
        f"printf('%.8e', {duckdb.ColumnExpression(name)})"
        if kind == "DOUBLE"
        else str(duckdb.ColumnExpression(name))
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )
