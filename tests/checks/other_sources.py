"""Violations for the sources that the simulator has no defects for, derived from their declaration."""

import json

from include.pipeline.core.settings import declared
from include.pipeline.core.source import FUTURE_TIMESTAMP, Rule, Source
from include.pipeline.quality.expect import check_name
from include.simulator.defects.delivery_files import FILES
from tests.support.deliveries import good_row

# No rule of a value accepts it.
BAD = "?"
ROWS = 2

Row = dict[str, str]


def others() -> list[Source]:
    """Return the declared sources that the simulator does not spoil."""
    return [source for source in declared().sources if source.name not in FILES]


def spoiled_files(source: Source) -> dict[str, str]:
    """Return a file for each reason to reject a row: one good row, and ROWS that have to be rejected."""
    good = good_row(source)
    free = _free_column(source)
    bad: dict[str, list[Row]] = {
        "missing_value": [{source.key: f"bad {number}", free: ""} for number in range(ROWS)],
        "conflicting_duplicate": [{free: f"other {number}"} for number in range(ROWS)],
        **{
            rule.reason: [{source.key: f"bad {number}", rule.column: _bad(rule)} for number in range(ROWS)]
            for rule in source.rules
        },
    }
    files = {
        reason: _file(source, [good, *({**good, **changed} for changed in rows)])
        for reason, rows in bad.items()
    }
    return {"malformed_record": _file(source, [good], malformed=ROWS), **files}


def planted_rows(source: Source) -> dict[str, str]:
    """Return SQL that breaks each expectation on values and keys, to be planted together, in this order."""
    table = f"delivered.{source.name}"
    insert = f"insert into {table} select * replace ({{}}) from {table} where _row_number = 1"
    ruled = {rule.column for rule in source.rules}
    planted = {
        "unique_key": insert.format("90 as _row_number"),
        f"{source.key}_given": insert.format(f'91 as _row_number, null as "{source.key}"'),
        **{
            f"{column}_given": f'update {table} set "{column}" = null where _row_number = 90'
            for column in source.columns
            if column not in ruled | {source.key}
        },
        **{
            check_name(source, rule): f"update {table} set \"{rule.column}\" = '{BAD}' where _row_number = 90"
            for rule in source.rules
            if rule.reason != FUTURE_TIMESTAMP
        },
    }
    planted |= {
        f"new_{rule.column}": f"insert into delivered.rejected_rows values ('{source.name}', 93,"
        f" '{rule.reason}', '{BAD}', '{BAD}')"
        for rule in source.rules
        if rule.is_enumeration
    }
    if source.is_snapshot:
        planted["repeated_rows"] = insert.format("92 as _row_number, true as _is_duplicate")
    return {f"{source.name}.{check}": sql for check, sql in planted.items()}


def planted_shapes(source: Source) -> list[dict[str, str]]:
    """Return SQL that breaks each expectation on the table, each to be planted alone."""
    table = f"delivered.{source.name}"
    return [
        {f"{source.name}.required_columns": f'alter table {table} drop column "{_free_column(source)}"'},
        {f"{source.name}.has_rows": f"delete from {table}"},
    ]


def _bad(rule: Rule) -> str:
    return "9999-12-31T00:00:00Z" if rule.reason == FUTURE_TIMESTAMP else BAD


def _free_column(source: Source) -> str:
    """A column of which any text is good."""
    ruled = {rule.column for rule in source.rules}
    return next(column for column in source.columns if column not in ruled | {source.key})


def _file(source: Source, rows: list[Row], malformed: int = 0) -> str:
    if source.is_json:
        return json.dumps([*rows, *range(malformed)])
    lines = [",".join(source.columns), *(",".join(row.values()) for row in rows)]
    return "\n".join([*lines, *(f"bad {number}" for number in range(malformed))]) + "\n"
