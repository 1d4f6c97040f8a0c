"""What a person reads about the rejected rows of a landed file: how many, where, and what is wrong."""

import duckdb

from include.pipeline.core.source import Rule, Source
from include.pipeline.ingest import parse
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import shown

MAX_NUMBERS = 5
MAX_EXAMPLES = 3
# Of the text of a row, or of two values that are in conflict.
MAX_CHARS = 200


def counted(connection: duckdb.DuckDBPyConnection, source: Source) -> str:
    """Return the number of rows of each reason, most frequent first, with the positions of some."""
    rows = connection.execute(
        """
        select reason, count(*), list(row_number order by row_number)[:$some]
        from delivered.rejected_rows
        where source = $source
        group by reason
        order by count(*) desc, reason
        """,
        {"some": MAX_NUMBERS, "source": source.name},
    ).fetchall()
    return "; ".join(
        f"{count} {reason} (rows {', '.join(map(str, numbers))}{', …' if count > len(numbers) else ''})"
        for reason, count, numbers in rows
    )


def examples(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Return the first row of each reason as a sentence: row and line, the value, and what is expected."""
    rows = connection.execute(
        f"""
        select row_number, reason, value, row_text, {_missing(source)}
        from (
            select *
            from delivered.rejected_rows
            where source = $source
            qualify row_number() over (partition by reason order by row_number) = 1
        ) as first_rows
        inner join parsed on first_rows.row_number = parsed._row_number
        order by row_number
        limit {MAX_EXAMPLES}
        """,
        {"source": source.name},
    ).fetchall()
    lines = parse.line_numbers(source, file, [number for number, *_ in rows])
    rules = {rule.reason: rule for rule in source.rules}
    return [
        f"row {number}{f' (line {lines[number]})' if number in lines else ''}:"
        f" {_fault(rules.get(reason), reason, value, text, missing)}"
        for number, reason, value, text, missing in rows
    ]


def _missing(source: Source) -> str:
    """SQL for the first column of a row that has no value, and what stands there instead of one."""
    cases = " ".join(
        f"when not {parse.is_given(source, column)} then '{column} is '"
        f" || coalesce(nullif('\"' || \"{column}\" || '\"', '\"\"'), 'empty')"
        for column in source.columns
    )
    return f"case when reason = 'missing_value' then case {cases} end end"


def _fault(rule: Rule | None, reason: str, value: str | None, text: str | None, missing: str | None) -> str:
    if rule and value is not None:
        return f'{rule.column} "{shown(value)}" {rule.refusal}'
    if missing:
        return f"{shown(missing)}; expected a value"
    if value:
        return shown(value, MAX_CHARS)
    return f"{shown(text or '', MAX_CHARS)} is no {'row' if reason == 'malformed_record' else reason}"
