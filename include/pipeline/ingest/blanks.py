"""Blanks around texts: ignored in ids and enumerations, and counted."""

import duckdb

from include.pipeline.core.source import Source
from include.pipeline.ingest.delivery import DeliveredFile

ASCII_BLANKS = " \t\n\x0b\x0c\r"
# No-break and other spaces, those of no width, and the marks of direction that are copied with a text.
OTHER_BLANKS = (
    "\x85\xa0\xad\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c"
    "\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067"
    "\u2068\u2069\u3000\ufeff"
)
BLANKS = ASCII_BLANKS + OTHER_BLANKS
# Regular expressions of DuckDB; a value of blanks alone is a missing one, and stays.
SURROUNDED = rf"(?s)^[{BLANKS}].*[^{BLANKS}]|[^{BLANKS}].*[{BLANKS}]$"
EDGES = rf"^[{BLANKS}]+|[{BLANKS}]+$"


def trim(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> dict[str, int]:
    """Trim the texts of `parsed`; return how many values of each column had blanks around them."""
    columns = source.text_columns
    counts = connection.execute(
        "select "
        + ", ".join(f"count(*) filter (where {_is_surrounded(column, file)})" for column in columns)
        + " from parsed"
    ).fetchone()
    assert counts is not None
    trimmed = {column: count for column, count in zip(columns, counts, strict=True) if count}
    for column in columns:
        if column in trimmed:
            connection.execute(
                f"""
                update parsed
                set "{column}" = regexp_replace("{column}", '{EDGES}', '', 'g')
                where {_is_surrounded(column, file)}
                """
            )
    return trimmed


def _is_surrounded(column: str, file: DeliveredFile) -> str:
    """A predicate; nearly no value is suspicious, and only those meet the regular expression."""
    suspicious = [f"\"{column}\" < '!'"]
    suspicious += [
        f"ends_with(\"{column}\", '{blank}')" for blank in (" " if file.is_plain else ASCII_BLANKS)
    ]
    if not file.is_plain:
        suspicious.append(f'strlen("{column}") <> length("{column}")')
    return f"""
        case when {" or ".join(suspicious)} then regexp_matches("{column}", '{SURROUNDED}') else false end
    """
