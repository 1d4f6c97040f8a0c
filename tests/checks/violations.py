"""What is planted to break a generic data test: derived from its type and its arguments."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Violation:
    """A statement that breaks a rule in one table, and what it does in words."""

    says: str
    sql: str

    @property
    def table(self) -> str:
        """The table that the statement changes, with its schema."""
        (table,) = re.findall(r"^(?:update|delete from|insert into) (\w+\.\w+)", self.sql)
        return table


def of_type(name: str, table: str, arguments: dict[str, Any]) -> list[Violation]:
    """Return what breaks a generic test on a table; nothing where its type is not known."""
    return TYPES[name](table, arguments) if name in TYPES else []


def _not_null(table: str, arguments: dict[str, Any]) -> list[Violation]:
    column = arguments["column_name"]
    return [_row(f"a row without {column}", table, f"null as {column}")]


def _unique(table: str, arguments: dict[str, Any]) -> list[Violation]:
    return [_row(f"the same {arguments['column_name']} twice", table)]


def _unique_combination(table: str, arguments: dict[str, Any]) -> list[Violation]:
    return [_row(f"the same {', '.join(arguments['columns'])} twice", table)]


def _accepted_values(table: str, arguments: dict[str, Any]) -> list[Violation]:
    column = arguments["column_name"]
    return [_row(f"{column} is none of the values", table, f"'none of the values' as {column}")]


def _relationships(table: str, arguments: dict[str, Any]) -> list[Violation]:
    column = arguments["column_name"]
    return [_row(f"{column} is of no parent", table, f"'of no parent' as {column}")]


def _gapless_periods(table: str, arguments: dict[str, Any]) -> list[Violation]:
    key = arguments["key"]
    one = f"{key} = (select min({key}) from {table})"
    return [
        Violation(
            f"the first period of a {key} has a beginning",
            f"update {table} set valid_from = timestamp '2001-01-01' where valid_from is null and {one}",
        ),
        Violation(
            f"the last period of a {key} has an end",
            f"update {table} set valid_to = timestamp '2101-01-01' where valid_to is null and {one}",
        ),
        Violation(
            f"a period of a {key} is twice",
            f"insert into {table} select * from {table} where {one}",
        ),
    ]


def _is_source(table: str, arguments: dict[str, Any]) -> list[Violation]:
    column = arguments["column_name"]
    return [_row(f"{column} is no source", table, f"'no source' as {column}")]


def _loads_are_stored(table: str, arguments: dict[str, Any]) -> list[Violation]:
    return [
        Violation("a row that was loaded is gone", f"delete from {table} where rowid = 0"),
        _row("a row that was loaded is there twice", table),
        _row("a row of a load that the ledger lacks", table, "-1 as load_id"),
    ]


def _row(says: str, table: str, replaced: str = "") -> Violation:
    columns = f"* replace ({replaced})" if replaced else "*"
    return Violation(says, f"insert into {table} select {columns} from {table} limit 1")


TYPES: dict[str, Callable[[str, dict[str, Any]], list[Violation]]] = {
    "not_null": _not_null,
    "unique": _unique,
    "unique_combination": _unique_combination,
    "accepted_values": _accepted_values,
    "relationships": _relationships,
    "gapless_periods": _gapless_periods,
    "is_source": _is_source,
    "loads_are_stored": _loads_are_stored,
    "snapshots_are_stored": _loads_are_stored,
}
