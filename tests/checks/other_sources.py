"""Violations for the sources that the simulator has no defects for, derived from their declaration."""

import json

from include.pipeline.core.settings import declared
from include.pipeline.core.source import FUTURE_TIMESTAMP, Rule, Source
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
