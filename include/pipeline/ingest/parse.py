"""Reads a delivered file into the table `parsed`, as text, set-based in DuckDB.

`parsed` has one row per record of the file, in the file's order: the source's columns as varchar,
`_row_number` (from 1), `_malformed` (the record has no such columns) and `_text` (the record, or null
where it is cheaper to read it again: see `texts`). DuckDB documents that its readers, `offset` and a
window with an empty `over ()` keep the order of the file.
"""

import re

import duckdb

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.source import Source
from include.pipeline.ingest import blanks, parse_csv, parse_json
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import MAX_RECORD_BYTES, long_line

# A value without such a character is a missing one.
VISIBLE = r"[^\p{Z}\p{Cc}\p{Cf}]"
# What programs write for an id that they do not have.
NO_IDS = (
    *("null", "NULL", "Null", "nil", "None", "none", "NaN", "nan", "NAN", "NaT", "<NA>", "NA", "undefined"),
    *("N/A", "n/a", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "\\N"),
)
TOO_LONG = f"is longer than {MAX_RECORD_BYTES >> 20} MB"
DUCKDB_TOO_LONG = re.compile(r'Maximum line size|"maximum_object_size"')
CSV_LINE = re.compile(r"Invalid Input Error: CSV Error on Line: (\d+)\n")
# Where DuckDB's errors begin to tell of its options and of the query, which are not the user's.
DUCKDB_ADVICE = re.compile(
    r"\nPossible [Ff]ix|\nPossible Solution|Parse errors cannot be ignored|\n\nLINE 1:"
)
# Behind the record itself, which may have any length, stands the reason.
REASON_LENGTH = 2_000


def parse(
    connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile
) -> tuple[list[str], dict[str, int]]:
    """Fill the temporary table `parsed` from the file, with its texts trimmed.

    Returns:
        The names of the columns that the source does not know, as a person can read them, and how many
        values of which columns had blanks around them.

    Raises:
        FileRefused: a required column is not there, or the file cannot be parsed to its end.
    """
    if not file.is_json_array and (number := long_line(file.path)):
        raise _cannot_be_parsed(source, file, f"line {number} {TOO_LONG}")
    try:
        if not source.is_json:
            ignored = parse_csv.parse(connection, source, file)
        elif file.is_json_array:
            ignored = parse_json.parse_array(connection, source, file)
        else:
            ignored = parse_json.parse_lines(connection, source, file)
        return ignored, blanks.trim(connection, source, file)
    except duckdb.InvalidInputException as error:
        raise _cannot_be_parsed(source, file, _reason(str(error), file)) from error


def texts(file: DeliveredFile) -> tuple[str, dict[str, str]]:
    """Return a query of the file's records, and its parameters.

    Its columns are `_row_number` (from 1) and `_text`; `parsed` holds the file.
    """
    if file.is_json_array:
        return parse_json.texts_of_array(file)
    return "select _row_number, _text from parsed", {}


def line_numbers(source: Source, file: DeliveredFile, rows: list[int]) -> dict[int, int]:
    """Return the lines of the file, from 1, on which some of its rows begin; none where they are unknown."""
    if not rows or file.is_json_array or file.is_converted:
        return {}
    if not source.is_json:
        return parse_csv.line_numbers(file, rows)
    return parse_json.line_numbers(file, rows)


def may_be_cut_off(
    connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile, reason: str, text: str
) -> bool:
    """Return whether the last record, rejected for `reason`, may be the rest of one that was longer.

    The parser has seen the end of a JSON array; a last line can only be told by its line end.
    """
    if file.is_json_array or file.ends_with_newline:
        return False
    if source.is_json:
        is_valid = connection.execute("select json_valid(?)", [text]).fetchall() == [(True,)]
        return text.lstrip().startswith("{") and not is_valid
    header, _ = parse_csv.read_header(file)
    of_last_column = {
        rule.reason
        for rule in source.rules
        if rule.column == header[-1] and rule.may_begin_with(text.rpartition(",")[2])
    }
    return reason == "malformed_record" or reason in of_last_column or text.endswith(",")


def is_given(source: Source, column: str) -> str:
    """Return a predicate: the column of `parsed` has a value."""
    # Nearly all begin with a visible ASCII character, told at once.
    is_word = f"""not in ('{"', '".join(NO_IDS)}')""" if column in source.id_columns else "is not null"
    return f"""
        case when "{column}" >= '!' and "{column}" < chr(127) then "{column}" {is_word}
        else coalesce(regexp_matches("{column}", '{VISIBLE}'), false) end
    """


def _cannot_be_parsed(source: Source, file: DeliveredFile, what: str) -> FileRefused:
    form = "a JSON array, or one object a line" if source.is_json else "comma-separated rows with a header"
    has_end = source.is_json and file.last_byte in (b"]", b"}")
    advice = "correct the export and deliver it again" if has_end else "deliver the whole file again"
    return FileRefused(f"{file.name} cannot be parsed to its end: {what}. Expected {form}; {advice}.")


def _reason(message: str, file: DeliveredFile) -> str:
    """What DuckDB found, and where, without the record that it found it in."""
    line = CSV_LINE.match(message)
    # Before any search: the message may hold a record of many megabytes.
    message = message[-REASON_LENGTH:]
    if DUCKDB_TOO_LONG.search(message):
        return f"{f'line {line[1]}' if line else 'a record'} {TOO_LONG}"
    told = DUCKDB_ADVICE.split(message)[0].strip()
    if line:
        return f"line {line[1]}: {told.splitlines()[-1].rstrip('.')}"
    told = told.removeprefix("Invalid Input Error: ").replace(f' in file "{file.path}"', "")
    return " ".join(told.split()).rstrip(".")
