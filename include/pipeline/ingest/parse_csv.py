"""Reads a delivered table of comma-separated values into `parsed` (parse.py)."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, zip_longest
from typing import Any

import duckdb

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.source import Source
from include.pipeline.ingest.blanks import BLANKS
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import BUFFER_BYTES, MAX_RECORD_BYTES, listed, opened, pattern

# Fields a row may have beyond the header before the file, not the row, is unreadable.
SPARE_COLUMNS = 32
# More are no table of these sources, and would take DuckDB minutes.
MAX_COLUMNS = 1_000
# What programs write instead of commas.
SEPARATORS = (";", "\t", "|")
# No field can be that: it would have to be quoted, and a quoted one is never null. So an empty field stays
# '' and only a missing one becomes null.
NO_NULL = "\n"
TO_BE_QUOTED = re.compile('[",\r\n]')
# A row without such a character is none: blank lines, and the empty rows below a sheet.
FILLED = f"[^,{BLANKS}]"
NOT_BLANK = re.compile(FILLED)
ROWS_AT_ONCE = 10_000
# Options of DuckDB's reader for every table; its parameters are those of `_parameters`.
TABLE = f"""
    $pattern,
    columns = $columns,
    auto_detect = false,
    header = false,
    delim = ',',
    nullstr = $null,
    new_line = '\\n',
    hive_partitioning = false,
    max_line_size = {MAX_RECORD_BYTES},
    buffer_size = {BUFFER_BYTES}
"""


@contextmanager
def _long_fields() -> Iterator[None]:
    """Have Python's reader take fields as long as DuckDB's does; its limit is one for the whole process."""
    before = csv.field_size_limit(MAX_RECORD_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def parse(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill `parsed`; return the names of the columns that the source does not know."""
    header, rows_to_header = read_header(file)
    _require_columns(source, file, header)
    if file.quotes % 2:
        raise _cannot_be_parsed(file, f"found {file.quotes} double quotes, so one is open")
    if not _parse_even(connection, source, file, header, rows_to_header):
        _parse_any(connection, source, file, header, rows_to_header)
    if file.quotes:
        _require_one_reading(connection, file, rows_to_header)
    return listed([name for name in header if name not in source.columns])


def _parse_even(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    file: DeliveredFile,
    header: list[str],
    rows_to_header: int,
) -> bool:
    """Fill `parsed` from a table as most are, in a fraction of the time; return whether it is one.

    It has no quotes, its lines end in LF, and every row has the fields of the header.
    """
    first_line = file.head.lstrip().partition(b"\n")[0].decode(errors="ignore")
    if file.quotes or file.has_carriage_returns or not _is_filled(first_line):
        return False
    fields = [f"field_{place}" for place in range(len(header))]
    try:
        connection.execute(
            f"""
            create or replace temp table parsed as
            select
                {_wanted(source, header)},
                row_number() over () - $rows_to_header as _row_number,
                contains(_text, chr(0)) as _malformed,
                _text
            from (
                select *, concat_ws(',', {", ".join(fields)}) as _text
                from read_csv({TABLE}, quote = '', escape = '')
            )
            offset $rows_to_header
            """,
            _parameters(file, fields, rows_to_header),
        )
    except duckdb.InvalidInputException:
        return False
    # DuckDB takes one comma too many at the end of a row.
    counted = connection.execute(
        f"""
        select count(*), count(*) filter (where "{source.key}" < '!' or "{source.key}" > '~') as doubtful
        from parsed
        """
    ).fetchone()
    assert counted is not None
    rows, doubtful = counted
    return file.commas == (len(header) - 1) * (rows_to_header + rows) and not (
        doubtful
        and connection.execute(
            f"select 1 from parsed where not regexp_matches(_text, '{FILLED}') limit 1"
        ).fetchone()
    )


def _parse_any(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    file: DeliveredFile,
    header: list[str],
    rows_to_header: int,
) -> None:
    """Fill `parsed` from any table."""
    fields = [f"field_{place}" for place in range(len(header) + SPARE_COLUMNS)]
    last, first_spare = fields[len(header) - 1], fields[len(header)]
    connection.execute(
        f"""
        create or replace temp table parsed as
        select
            {_wanted(source, header)},
            row_number() over () - $rows_to_header as _row_number,
            {last} is null or {first_spare} is not null or contains(_text, chr(0)) as _malformed,
            _text,
            {fields[-1]} is not null as _is_too_wide
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
                {TABLE},
                quote = '"',
                escape = '"',
                allow_quoted_nulls = false,
                null_padding = true,
                -- With this, and `new_line` as it is, each line may end in its own way.
                strict_mode = false,
                parallel = false
            )
        )
        where regexp_matches(_text, '{FILLED}')
        offset $rows_to_header
        """,
        _parameters(file, fields, rows_to_header),
    )
    too_wide = connection.execute("select min(_row_number) from parsed where _is_too_wide").fetchone()
    if too_wide and too_wide[0]:
        raise _cannot_be_parsed(file, f"row {too_wide[0]} has more than {len(fields) - 1} fields")


def _wanted(source: Source, header: list[str]) -> str:
    return ", ".join(f'field_{header.index(column)} as "{column}"' for column in source.columns)


def _parameters(file: DeliveredFile, fields: list[str], rows_to_header: int) -> dict[str, Any]:
    return {
        "pattern": pattern(file.path),
        "columns": dict.fromkeys(fields, "VARCHAR"),
        "null": NO_NULL,
        "rows_to_header": rows_to_header,
    }


@_long_fields()
def read_header(file: DeliveredFile) -> tuple[list[str], int]:
    """Return the column names, and how many rows there are up to them that are not blank."""
    lines = io.StringIO(file.head.decode("utf-8", errors="ignore"), newline="")
    rows = 0
    for fields in csv.reader(lines):
        rows += _is_filled(_text(fields))
        names = [name.strip(BLANKS) for name in fields]
        if any(names):
            return names, rows
    return [], rows


@_long_fields()
def line_numbers(file: DeliveredFile, rows: list[int]) -> dict[int, int]:
    """Return the line, from 1, on which each of the rows begins; without those that cannot be told."""
    found: dict[int, int] = {}
    _, rows_to_header = read_header(file)
    with opened(file.path) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        number, line = -rows_to_header, 1
        try:
            for fields in reader:
                if _is_filled(_text(fields)):
                    number += 1
                    if number in rows:
                        found[number] = line
                    if number >= max(rows):
                        break
                line = reader.line_num + 1
        except csv.Error:
            # As far as Python's reader can read it.
            return found
    return found


@_long_fields()
def _require_one_reading(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, rows_to_header: int
) -> None:
    """Refuse a table whose double quotes can be read in two ways: DuckDB drops rows behind some of them.

    Python's reader, which is slow, has the second word; without quotes there is no question.
    """
    found = connection.execute("select _text from parsed order by _row_number")
    batches = iter(lambda: found.fetchmany(ROWS_AT_ONCE), [])
    first_reading = (text for batch in batches for (text,) in batch)
    second_reading = islice(_second_reading(file), rows_to_header, None)
    try:
        for number, (first, second) in enumerate(zip_longest(first_reading, second_reading), start=1):
            if first != second:
                raise _cannot_be_parsed(file, f"the double quotes of row {number} can be read in two ways")
    except csv.Error as error:
        raise _cannot_be_parsed(file, f"its double quotes do not fit: {error}") from error


def _second_reading(file: DeliveredFile) -> Iterator[str]:
    """The rows that are not blank, each as the text that `parsed` has of it."""
    with opened(file.path) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as lines:
        yield from filter(_is_filled, map(_text, csv.reader(lines, strict=True)))


def _is_filled(text: str) -> bool:
    return NOT_BLANK.search(text) is not None


def _text(fields: list[str]) -> str:
    return ",".join(map(_quoted, fields))


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if TO_BE_QUOTED.search(field) else field


def _cannot_be_parsed(file: DeliveredFile, what: str) -> FileRefused:
    return FileRefused(
        f"{file.name} cannot be parsed to its end: {what}."
        " Expected comma-separated rows with a header; deliver the whole file again."
    )


def _require_columns(source: Source, file: DeliveredFile, header: list[str]) -> None:
    missing = [column for column in source.columns if column not in header]
    doubled = sorted({column for column in source.columns if header.count(column) > 1})
    if missing:
        what = f"lacks the column {', '.join(missing)}"
    elif doubled:
        what = f"has the column {', '.join(doubled)} twice"
    elif len(header) > MAX_COLUMNS:
        what = f"has {len(header):,} columns, more than {MAX_COLUMNS:,}"
    else:
        return
    other = next((sign for sign in SEPARATORS if any(sign in name for name in header)), None)
    advice = f"export it with commas instead of {other!r}" if other else "correct the header"
    raise FileRefused(
        f"{file.name} {what}: found {', '.join(listed(header)) or 'no header'}."
        f" Expected {', '.join(source.columns)}; {advice} and deliver it again."
    )
