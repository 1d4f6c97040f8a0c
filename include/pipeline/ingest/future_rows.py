"""What to do about a file with too many rows later than its data date: one is a slip, many a wrong clock."""

from datetime import date

import duckdb

from include.pipeline.core.settings import settings
from include.pipeline.core.source import FUTURE_TIMESTAMP, Source, latest_moment, moment


def advice(connection: duckdb.DuckDBPyConnection, source: Source, rows: int, data_date: date) -> str | None:
    """Return what was found and what to do, for a refusal; None where such rows are not its reason.

    Args:
        connection: with the tables `parsed` and `rejected`.
        source: whose file it is.
        rows: how many the file has.
        data_date: of the delivery.
    """
    columns = [rule.column for rule in source.rules if rule.reason == FUTURE_TIMESTAMP]
    if not columns:
        return None
    ((count, latest, bound),) = connection.execute(
        f"""
        select
            count(*),
            {_iso(f"max(greatest({', '.join(moment(column) for column in columns)}))")},
            {_iso(latest_moment("$data_date::date"))}
        from parsed
        where _row_number in (select _row_number from rejected where _reason = '{FUTURE_TIMESTAMP}')
        """,
        {"data_date": data_date},
    ).fetchall()
    share = 100 * count / rows
    if share <= settings().max_rejected_pct:
        return None
    return (
        f"{count} rows ({share:.1f} %) are later than {bound}, a day after the end of the data date"
        f" {data_date}; the latest is of {latest}. Either the data date or the clock of the source is wrong:"
        " run for the day of the delivery, or correct the clock and deliver the file again."
    )


def _iso(moment_of_row: str) -> str:
    return f"strftime({moment_of_row}, '%Y-%m-%dT%H:%M:%SZ')"
