"""Refuses a file as a whole for its rows: there are none, the last is truncated, or too many are invalid."""

from datetime import date

import duckdb

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import settings
from include.pipeline.core.source import Source
from include.pipeline.ingest import future_rows, parse, rejections
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import shown


def check(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    file: DeliveredFile,
    data_date: date,
    *,
    rows: int,
    rejected: int,
) -> list[str]:
    """Return what a person should know of a file that may load with its rejected rows, as sentences.

    Args:
        connection: of the landing, after `classify`.
        source: whose file it is.
        file: that has landed.
        data_date: of the delivery, UTC.
        rows: how many the file has.
        rejected: how many of them.

    Raises:
        FileRefused: the file must not load.
    """
    if not rows:
        raise FileRefused(
            f"{file.name} has no rows: found {file.size_bytes} bytes without a record."
            " Expected at least one row; deliver the whole file again."
        )
    last = connection.execute(
        "select reason, row_text from delivered.rejected_rows where source = ? and row_number = ?",
        [source.name, rows],
    ).fetchone()
    if last and parse.may_be_cut_off(connection, source, file, *last):
        raise FileRefused(
            f"{file.name} is truncated: row {rows}, its last, is incomplete and its line has"
            " no end. Expected a whole last row; deliver the whole file again."
        )
    limit = settings().max_rejected_pct
    share = 100 * rejected / rows
    if share <= limit:
        return []
    if limit and rejected == 1 and (key := _key_with_an_earlier_row(connection, source)):
        return [f"{source.key} {shown(key)} keeps its last accepted row"]
    of_future = future_rows.advice(connection, source, rows, data_date)
    advice = f". {of_future}" if of_future else "; correct these rows and deliver the file again."
    examples = rejections.examples(connection, source, file)
    raise FileRefused(
        f"{file.name} has too many invalid rows: found {rejected} of {rows} ({share:.1f} %),"
        f" {'. R'.join([rejections.counted(connection, source), *(text[1:] for text in examples)])}."
        f" Expected at most {limit:g} % (MENTOR_MAX_REJECTED_PCT){advice}"
    )


def _key_with_an_earlier_row(connection: duckdb.DuckDBPyConnection, source: Source) -> str | None:
    """Return the key of the one rejected row if the models go on with an earlier row of it.

    A row with a value that no rule accepts says whose it is; a malformed or a conflicting one does not.
    """
    if not source.keeps_absent:
        return None
    found = connection.execute(
        f"""
        select parsed."{source.key}"
        from rejected
        inner join parsed on rejected._row_number = parsed._row_number
        where
            rejected._reason not in ('malformed_record', 'conflicting_duplicate')
            and parsed."{source.key}" in (select "{source.key}" from build.raw.{source.name})
        """
    ).fetchone()
    return found[0] if found else None
