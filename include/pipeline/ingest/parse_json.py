"""Reads delivered JSON, one array or one object a line, into `parsed` (parse.py)."""

import io

import duckdb

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.source import Source
from include.pipeline.ingest import json_shapes
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import BUFFER_BYTES, MAX_RECORD_BYTES, listed, opened, pattern

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
    keys = json_shapes.keys(source, file)
    try:
        _read_array(connection, keys, file, ignore_errors=False)
        is_sound = not _has_doubtful_rows(connection, source)
    except duckdb.InvalidInputException:
        # Of a record that is no object, or has a key twice; where it is no JSON at all, this fails too.
        _read_array(connection, keys, file, ignore_errors=True)
        is_sound = False
    first = f"select json as _text from {ARRAY} limit {RECORDS_FOR_KEYS}"
    unknown = _unknown_keys(keys, connection.sql(first, params={"pattern": pattern(file.path)}))
    _require_values(connection, source, file, unknown)
    if not is_sound:
        _mark_malformed(connection, keys, file)
    return unknown


def parse_lines(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill `parsed` from lines; return the keys that the source does not know."""
    keys = json_shapes.keys(source, file)
    values = ", ".join(f'_values[{place}] as "{column}"' for place, column in enumerate(source.columns, 1))
    connection.execute(
        f"""
        create or replace temp table parsed as
        select {values}, row_number() over () as _row_number, _values is null as _malformed, _text
        from (
            select
                _text,
                case
                    when not json_valid(_text) then null
                    when {_is_sound(keys, "_text")} then json_extract_string(_text, {_paths(keys)})
                end as _values
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
                    -- With these two, and no others, each line may end in its own way.
                    strict_mode = false,
                    new_line = '\\n',
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
    first = f"select _text from parsed where not _malformed limit {RECORDS_FOR_KEYS}"
    unknown = _unknown_keys(keys, connection.sql(first))
    _require_values(connection, source, file, unknown)
    return unknown


def line_numbers(file: DeliveredFile, rows: list[int]) -> dict[int, int]:
    """Return the line, from 1, of each of the rows of a file of one object a line."""
    found: dict[int, int] = {}
    number = 0
    with opened(file.path) as raw, io.TextIOWrapper(raw, encoding="utf-8", errors="replace") as lines:
        for line, text in enumerate(lines, start=1):
            if text.strip():
                number += 1
                if number in rows:
                    found[number] = line
                if number >= max(rows):
                    break
    return found


def texts_of_array(file: DeliveredFile) -> tuple[str, dict[str, str]]:
    """Return a query of the array's records, and its parameters; see `parse.texts`."""
    return (
        f"""
        select
            row_number() over () as _row_number,
            json::varchar as _text
        from {ARRAY}
        """,
        {"pattern": pattern(file.path)},
    )


def _read_array(
    connection: duckdb.DuckDBPyConnection, keys: dict[str, str], file: DeliveredFile, *, ignore_errors: bool
) -> None:
    """Fill `parsed`; a record that is no object comes out as nulls, or is an error."""
    columns = ", ".join(f'"{key}" as "{column}"' for column, key in keys.items())
    connection.execute(
        f"""
        create or replace temp table parsed as
        select {columns}, row_number() over () as _row_number, false as _malformed, null::varchar as _text
        from read_json(
            $pattern,
            columns = $columns,
            format = 'array',
            ignore_errors = $ignore_errors,
            hive_partitioning = false,
            maximum_object_size = {MAX_RECORD_BYTES}
        )
        """,
        {
            "pattern": pattern(file.path),
            "columns": dict.fromkeys(keys.values(), "VARCHAR"),
            "ignore_errors": ignore_errors,
        },
    )


def _require_values(
    connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile, unknown: list[str]
) -> None:
    """A JSON file has no header: a column that no record has is one that the file lacks."""
    counts = connection.execute(
        "select count(*), " + ", ".join(f'count("{column}")' for column in source.columns) + " from parsed"
    ).fetchone()
    assert counts is not None
    rows, *filled = counts
    missing = [column for column, count in zip(source.columns, filled, strict=True) if not count]
    present = [column for column in source.columns if column not in missing] or unknown
    if rows and missing and present:
        raise FileRefused(
            f"{file.name} lacks the column {', '.join(missing)}: found {', '.join(present)}"
            f" in its {rows} records. Expected {', '.join(source.columns)};"
            " correct the export and deliver it again."
        )


def _has_doubtful_rows(connection: duckdb.DuckDBPyConnection, source: Source) -> bool:
    """Whether a row may be no object, or have one in it; a look at the values is cheap, at records not."""
    is_null = " and ".join(f'"{column}" is null' for column in source.columns)
    # To compare whole values takes DuckDB far less time than to cut off and compare a first character.
    looks_nested = " or ".join(
        f""""{column}" >= '{{' and "{column}" < '|' or "{column}" >= '[' and "{column}" < chr(92)"""
        for column in source.columns
    )
    query = f"select 1 from parsed where ({is_null}) or {looks_nested} limit 1"
    return connection.execute(query).fetchone() is not None


def _mark_malformed(connection: duckdb.DuckDBPyConnection, keys: dict[str, str], file: DeliveredFile) -> None:
    records, parameters = texts_of_array(file)
    connection.execute(
        f"""
        update parsed
        set _malformed = true
        from ({records}) as records
        where
            parsed._row_number = records._row_number
            and not ({_is_sound(keys, "records._text")})
        """,
        parameters,
    )


def _is_sound(keys: dict[str, str], json: str) -> str:
    """A predicate: JSON is one object, with no key of a column twice, nor an object or array as its value.

    Such a value would pass for a text, and of two values of a key one would get lost. A record that has one
    key twice and lacks another passes: it lacks a value.
    """
    names = ", ".join(f"'{column}'" for column in keys.values())
    return f"""
        case when json_type({json}) = 'OBJECT' then
            len(list_filter(json_keys({json}), lambda key: key in ({names}))) <= {len(keys)}
            and not list_has_any(json_type({json}, {_paths(keys)}), ['OBJECT', 'ARRAY'])
        else false end
    """


def _paths(keys: dict[str, str]) -> str:
    """The columns as a list of JSON paths: for several values at once, so that DuckDB reads a record once."""
    return "[" + ", ".join(f"""'$."{column}"'""" for column in keys.values()) + "]"


def _unknown_keys(known: dict[str, str], records: duckdb.DuckDBPyRelation) -> list[str]:
    """The keys that the source does not know, among the first records: a hint of a new export format."""
    objects = records.filter("json_type(_text) = 'OBJECT'")
    found = objects.project("unnest(json_keys(_text)) as key").distinct().fetchall()
    return listed(sorted(key for (key,) in found if key not in known.values()))
