"""Reads delivered JSON, one array or one object a line, into `parsed` (parse.py)."""

import duckdb

from include.mentoring.delivery import DeliveredFile
from include.mentoring.errors import FileRefused
from include.mentoring.reading import BUFFER_BYTES, MAX_RECORD_BYTES, listed, pattern
from include.mentoring.sources import Source

# The first records are searched for keys that the source does not know.
RECORDS_FOR_KEYS = 20_480
# No JSON can hold it outside of an error; DuckDB takes '' for the NUL byte, which broken lines hold.
DELIMITER = "\x01\x02\x03\x04"
# No line can hold it, so none becomes null.
NO_NULL = "\n"
ARRAY = f"""read_json_objects(
    $pattern, format = 'array', hive_partitioning = false, maximum_object_size = {MAX_RECORD_BYTES}
)"""


def parse_array(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill `parsed` from one array; return the keys that the source does not know."""
    # DuckDB takes an array that is cut off behind a comma.
    if file.last_byte != b"]":
        raise FileRefused(
            f"{file.name} cannot be parsed to its end: its array is not closed, found"
            f" {file.last_byte.decode(errors='replace')!r} as the last character."
            " Expected a JSON array, or one object a line; deliver the whole file again."
        )
    columns = ", ".join(f'"{column}"' for column in source.columns)
    # A record that is no object comes out as nulls; `texts_of_array` tells it from an empty object.
    connection.execute(
        f"""
        create or replace temp table parsed as
        select {columns}, false as _malformed, null::varchar as _text
        from read_json(
            $pattern,
            columns = $columns,
            format = 'array',
            ignore_errors = true,
            hive_partitioning = false,
            maximum_object_size = {MAX_RECORD_BYTES}
        )
        """,
        {"pattern": pattern(file.path), "columns": dict.fromkeys(source.columns, "VARCHAR")},
    )
    _require_values(connection, source, file)
    _mark_nested(connection, source, *texts_of_array(file))
    first = f"select json as _text from {ARRAY} limit {RECORDS_FOR_KEYS}"
    return _unknown_keys(source, connection.sql(first, params={"pattern": pattern(file.path)}))


def parse_lines(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill `parsed` from lines; return the keys that the source does not know."""
    values = ", ".join(
        f"""case when _is_object then _text->>'$."{column}"' end as "{column}\""""
        for column in source.columns
    )
    connection.execute(
        f"""
        create or replace temp table parsed as
        select {values}, not _is_object as _malformed, _text
        from (
            select
                _text,
                case when json_valid(_text) then json_type(_text) = 'OBJECT' else false end as _is_object
            from (
                -- What follows the delimiter is no column of its own, but the line's end.
                select case when rest is null then line else line || $delimiter || rest end as _text
                from read_csv(
                    $pattern,
                    columns = {{'line': 'VARCHAR', 'rest': 'VARCHAR'}},
                    auto_detect = false,
                    header = false,
                    delim = $delimiter,
                    quote = '',
                    escape = '',
                    nullstr = $null,
                    null_padding = true,
                    strict_mode = false,
                    parallel = false,
                    hive_partitioning = false,
                    max_line_size = {MAX_RECORD_BYTES},
                    buffer_size = {BUFFER_BYTES}
                )
            )
            where regexp_matches(_text, '\\S')
        )
        """,
        {"pattern": pattern(file.path), "null": NO_NULL, "delimiter": DELIMITER},
    )
    _require_values(connection, source, file)
    _mark_nested(connection, source, "select rowid + 1 as _row_number, _text from parsed", {})
    first = f"select _text from parsed where not _malformed limit {RECORDS_FOR_KEYS}"
    return _unknown_keys(source, connection.sql(first))


def texts_of_array(file: DeliveredFile) -> tuple[str, dict[str, str]]:
    """Return a query of the array's records, and its parameters; see `parse.texts`."""
    return (
        f"""
        select
            row_number() over () as _row_number,
            json::varchar as _text,
            json_type(json) <> 'OBJECT' as _malformed
        from {ARRAY}
        """,
        {"pattern": pattern(file.path)},
    )


def _require_values(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> None:
    """A JSON file has no header: a column that no record has is one that the file lacks."""
    counts = connection.execute(
        "select count(*), " + ", ".join(f'count("{column}")' for column in source.columns) + " from parsed"
    ).fetchone()
    assert counts is not None
    rows, *filled = counts
    missing = [column for column, count in zip(source.columns, filled, strict=True) if not count]
    if rows and missing and len(missing) < len(source.columns):
        present = [column for column in source.columns if column not in missing]
        raise FileRefused(
            f"{file.name} lacks the column {', '.join(missing)}: found {', '.join(present)}"
            f" in its {rows} records. Expected {', '.join(source.columns)};"
            " correct the export and deliver it again."
        )


def _mark_nested(
    connection: duckdb.DuckDBPyConnection, source: Source, records: str, parameters: dict[str, str]
) -> None:
    """Mark the records that have an object or an array where a value is wanted: it would pass for a text."""
    looks_nested = " or ".join(f"""left("{column}", 1) in ('{{', '[')""" for column in source.columns)
    # A look at the values is cheap; the records themselves are only read where one is in doubt.
    if not connection.execute(f"select 1 from parsed where {looks_nested} limit 1").fetchone():
        return
    is_nested = " or ".join(
        f"""json_type(records._text, '$."{column}"') in ('OBJECT', 'ARRAY')""" for column in source.columns
    )
    connection.execute(
        f"""
        update parsed
        set _malformed = true
        from ({records}) as records
        where
            parsed.rowid + 1 = records._row_number
            -- A malformed line is no JSON to look into.
            and case when not parsed._malformed and ({looks_nested}) then {is_nested} else false end
        """,
        parameters,
    )


def _unknown_keys(source: Source, records: duckdb.DuckDBPyRelation) -> list[str]:
    """The keys that the source does not know, among the first records: a hint of a new export format."""
    keys = records.filter("json_type(_text) = 'OBJECT'").project("unnest(json_keys(_text)) as key").distinct()
    return listed(sorted(key for (key,) in keys.fetchall() if key not in source.columns))
