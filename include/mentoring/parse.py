"""Reads a delivered file into the table `parsed`, as text, set-based in DuckDB.

`parsed` has one row per record of the file, in the file's order (`rowid` counts from 0): the source's
columns as varchar, `_malformed` (the record has no such columns) and `_text` (the record, or null where
it is cheaper to read it again: see `texts`).
"""

import csv
import io
import re

import duckdb

from include.mentoring.delivery import DeliveredFile
from include.mentoring.errors import FileRefused
from include.mentoring.sources import Source

# Fields a row may have beyond the header before the file, not the row, is unreadable.
SPARE_COLUMNS = 32
# A longer line is no record of these sources; DuckDB needs some bound.
MAX_LINE_BYTES = 16 * 1024 * 1024
RECORDS_FOR_KEYS = 20_480
# What DuckDB's errors say of its options, which are not the user's.
DUCKDB_ADVICE = re.compile("Possible fixes|Try setting|Parse errors cannot be ignored")
# No file can hold it as a field, so an empty field stays '' and only a missing one becomes null.
NO_NULL = "\ue000null\ue000"
# No JSON can hold it, so a line stays one field; DuckDB takes '' for the NUL byte, which broken lines hold.
NO_DELIMITER = "\x01\x02\x03\x04"
# A value without such a character is a missing one.
VISIBLE = r"[^\p{Z}\p{Cc}]"


def parse(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill the temporary table `parsed` from the file.

    Returns:
        The names of the columns that the source does not know, in the file's order.

    Raises:
        FileRefused: a required column is not there, or the file cannot be parsed to its end.
    """
    try:
        if not source.is_json:
            return _parse_csv(connection, source, file)
        if file.is_json_array:
            return _parse_array(connection, source, file)
        return _parse_lines(connection, source, file)
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        what = " ".join(DUCKDB_ADVICE.split(str(error))[0].split())
        raise FileRefused(
            f"{file.name} cannot be parsed to its end: {what[:400]}"
            f" Expected {_form(source)}; deliver the whole file again."
        ) from error


def texts(file: DeliveredFile) -> tuple[str, dict[str, str]]:
    """Return a query of the file's records, and its parameters.

    Its columns are `_row_number` (from 1), `_text` and `_malformed`; `parsed` holds the file.
    """
    if file.is_json_array:
        return (
            """
            select
                row_number() over () as _row_number,
                json::varchar as _text,
                json_type(json) <> 'OBJECT' as _malformed
            from read_json_objects($path, format = 'array')
            """,
            {"path": str(file.path)},
        )
    return "select rowid + 1 as _row_number, _text, _malformed from parsed", {}


def may_be_cut_off(
    connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile, reason: str, text: str
) -> bool:
    """Return whether the last record, rejected for `reason`, may be the rest of one that was longer.

    The parser has seen the end of a JSON array; a last line can only be told by its line end.
    """
    if file.is_json_array or file.ends_with_newline:
        return False
    if source.is_json:
        return connection.execute("select not json_valid(?)", [text]).fetchall() == [(True,)]
    header, _ = _header(file)
    of_last_column = {rule.reason for rule in source.rules if rule.column == header[-1]}
    return reason == "malformed_record" or reason in of_last_column or text.endswith(",")


def _parse_csv(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    header, lines_before = _header(file)
    _require_columns(source, file, header)
    if file.quotes % 2:
        raise FileRefused(
            f"{file.name} cannot be parsed to its end: found {file.quotes} double quotes, so one is open."
            f" Expected {_form(source)}; deliver the whole file again."
        )
    fields = [f"field_{place}" for place in range(len(header) + SPARE_COLUMNS)]
    wanted = ", ".join(f'field_{header.index(column)} as "{column}"' for column in source.columns)
    last, first_spare = fields[len(header) - 1], fields[len(header)]
    connection.execute(
        f"""
        create or replace temp table parsed as
        select
            {wanted},
            {last} is null or {first_spare} is not null or contains(_text, chr(0)) as _malformed,
            _text
        from (
            select
                *,
                array_to_string(
                    list_transform(
                        list_filter([{", ".join(fields)}], lambda field: field is not null),
                        lambda field: case
                            when regexp_matches(field, '[",\\r\\n]')
                                then '"' || replace(field, '"', '""') || '"'
                            else field
                        end
                    ),
                    ','
                ) as _text
            from read_csv(
                $path,
                columns = $columns,
                auto_detect = false,
                header = false,
                skip = $skip,
                delim = ',',
                quote = '"',
                escape = '"',
                nullstr = $null,
                null_padding = true,
                strict_mode = $strict,
                parallel = false,
                max_line_size = {MAX_LINE_BYTES}
            )
        )
        where regexp_matches(_text, '\\S')
        """,
        {
            "path": str(file.path),
            "columns": dict.fromkeys(fields, "VARCHAR"),
            "skip": lines_before + 1,
            "null": NO_NULL,
            # DuckDB's strict mode stops at a file that mixes CRLF and LF.
            "strict": not file.mixes_line_ends,
        },
    )
    return [name for name in header if name not in source.columns]


def _parse_array(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    # DuckDB takes an array that is cut off behind a comma.
    if file.last_byte != b"]":
        raise FileRefused(
            f"{file.name} cannot be parsed to its end: its array is not closed, found"
            f" {file.last_byte.decode(errors='replace')!r} as the last character."
            f" Expected {_form(source)}; deliver the whole file again."
        )
    columns = ", ".join(f'"{column}"' for column in source.columns)
    # A record that is no object comes out as nulls; `texts` tells it from an empty object.
    connection.execute(
        f"""
        create or replace temp table parsed as
        select {columns}, false as _malformed, null::varchar as _text
        from read_json($path, columns = $columns, format = 'array', ignore_errors = true)
        """,
        {"path": str(file.path), "columns": dict.fromkeys(source.columns, "VARCHAR")},
    )
    _require_values(connection, source, file)
    return _unknown_keys(
        source,
        connection.sql(
            f"select json from read_json_objects($path, format = 'array') limit {RECORDS_FOR_KEYS}",
            params={"path": str(file.path)},
        ),
    )


def _parse_lines(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
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
                line as _text,
                case when json_valid(line) then json_type(line) = 'OBJECT' else false end as _is_object
            from read_csv(
                $path,
                columns = {{'line': 'VARCHAR'}},
                auto_detect = false,
                header = false,
                delim = $delimiter,
                quote = '',
                escape = '',
                nullstr = $null,
                strict_mode = false,
                parallel = false,
                max_line_size = {MAX_LINE_BYTES}
            )
            where regexp_matches(line, '\\S')
        )
        """,
        {"path": str(file.path), "null": NO_NULL, "delimiter": NO_DELIMITER},
    )
    _require_values(connection, source, file)
    return _unknown_keys(
        source,
        connection.sql(
            f"select _text::json as json from parsed where not _malformed limit {RECORDS_FOR_KEYS}"
        ),
    )


def _header(file: DeliveredFile) -> tuple[list[str], int]:
    """The column names, and how many blank lines stand before them."""
    lines = io.StringIO(file.head.decode("utf-8", errors="ignore"), newline="")
    for blank_lines, fields in enumerate(csv.reader(lines)):
        names = [name.strip() for name in fields]
        if any(names):
            return names, blank_lines
    return [], 0


def _require_columns(source: Source, file: DeliveredFile, header: list[str]) -> None:
    missing = [column for column in source.columns if column not in header]
    doubled = sorted({column for column in source.columns if header.count(column) > 1})
    if missing or doubled:
        what = (
            f"lacks the column {', '.join(missing)}"
            if missing
            else f"has the column {', '.join(doubled)} twice"
        )
        raise FileRefused(
            f"{file.name} {what}: found {', '.join(header) or 'no header'}."
            f" Expected {', '.join(source.columns)}; correct the header and deliver it again."
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


def _unknown_keys(source: Source, records: duckdb.DuckDBPyRelation) -> list[str]:
    """The keys that the source does not know, among the first records: a hint of a new export format."""
    keys = records.filter("json_type(json) = 'OBJECT'").project("unnest(json_keys(json)) as key").distinct()
    return sorted(key for (key,) in keys.fetchall() if key not in source.columns)


def _form(source: Source) -> str:
    return "a JSON array, or one object a line" if source.is_json else "comma-separated rows with a header"
