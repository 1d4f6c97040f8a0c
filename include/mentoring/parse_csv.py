"""Reads a delivered table of comma-separated values into `parsed` (parse.py)."""

import csv
import io

import duckdb

from include.mentoring.delivery import DeliveredFile
from include.mentoring.errors import FileRefused
from include.mentoring.reading import BUFFER_BYTES, MAX_RECORD_BYTES, listed, pattern
from include.mentoring.sources import Source

# Fields a row may have beyond the header before the file, not the row, is unreadable.
SPARE_COLUMNS = 32
# More are no table of these sources, and would take DuckDB minutes.
MAX_COLUMNS = 1_000
# No field can be that: it would have to be quoted, and a quoted one is never null. So an empty field stays
# '' and only a missing one becomes null.
NO_NULL = "\n"


def parse(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> list[str]:
    """Fill `parsed`; return the names of the columns that the source does not know."""
    header, lines_before = read_header(source, file)
    _require_columns(source, file, header)
    if file.quotes % 2:
        raise FileRefused(
            f"{file.name} cannot be parsed to its end: found {file.quotes} double quotes, so one is open."
            " Expected comma-separated rows with a header; deliver the whole file again."
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
                $pattern,
                columns = $columns,
                auto_detect = false,
                header = false,
                skip = $skip,
                delim = ',',
                quote = '"',
                escape = '"',
                nullstr = $null,
                allow_quoted_nulls = false,
                null_padding = true,
                strict_mode = $strict,
                parallel = false,
                hive_partitioning = false,
                max_line_size = {MAX_RECORD_BYTES},
                buffer_size = {BUFFER_BYTES}
            )
        )
        where regexp_matches(_text, '\\S')
        """,
        {
            "pattern": pattern(file.path),
            "columns": dict.fromkeys(fields, "VARCHAR"),
            "skip": lines_before + 1,
            "null": NO_NULL,
            # DuckDB's strict mode stops at a file that mixes CRLF and LF.
            "strict": not file.mixes_line_ends,
        },
    )
    return listed([name for name in header if name not in source.columns])


def read_header(source: Source, file: DeliveredFile) -> tuple[list[str], int]:
    """Return the column names, and how many blank lines stand before them.

    Raises:
        FileRefused: what stands there can be no header.
    """
    lines = io.StringIO(file.head.decode("utf-8", errors="ignore"), newline="")
    try:
        for blank_lines, fields in enumerate(csv.reader(lines)):
            names = [name.strip() for name in fields]
            if any(names):
                return names, blank_lines
    except csv.Error as error:
        raise FileRefused(
            f"{file.name} has no header that can be read: found a {error}."
            f" Expected {', '.join(source.columns)}; correct the header and deliver it again."
        ) from error
    return [], 0


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
    raise FileRefused(
        f"{file.name} {what}: found {', '.join(listed(header)) or 'no header'}."
        f" Expected {', '.join(source.columns)}; correct the header and deliver it again."
    )
