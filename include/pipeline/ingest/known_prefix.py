"""Lands a longer export of an accepted file without parsing again what that file had.

Where a file of a source that adds up begins with all of an accepted one, byte for byte, the rows of that one
need no judgment: those that were accepted or repeated then are in `raw`, so all are duplicates. The landing
takes them from there, so that the gate judges the whole file. Only the rows that were rejected then are
judged with the rest of the file: they may lie in the future no longer, or conflict with others.

Two tables of `raw`, and of schema `delivered` for the file that lands, keep what this needs:

- `prefixes`: one row per file that a longer export may begin with: `size_bytes` and `sha256` of its `Prefix`,
  and `begins_with`, the load whose rows it begins with itself, if any;
- `repeats`: one row per run of a file's duplicates behind that: the `rows` from `row_number` on are those
  that load `of_load_id`, in `delivered` null for the file itself, stored from `of_row_number` on.

Whatever they do not tell, the whole file is parsed and judged. No known prefix is CSV, a file with more than
one byte order mark or of another shape than an array or lines, one with values trimmed, columns ignored or
duplicates in another spelling, and one of a later data date.
"""

import re
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.settings import settings
from include.pipeline.core.source import Source
from include.pipeline.ingest import parse
from include.pipeline.ingest.content_hash import KnownPrefix
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import opened

# What stands between the prefix and the next record.
BETWEEN_RECORDS = re.compile(rb"[ \t\r\n]*,(?=[ \t\r\n]*[^ \t\r\n,\]])")
BETWEEN_LINES = re.compile(rb"\r?\n")
FETCHED_ROWS = 10_000


@dataclass(frozen=True)
class Rest:
    """What is to be judged of a file that begins with a known prefix.

    Attributes:
        file: the rows of the prefix that were rejected, and those behind it.
        load_id: the load of the prefix.
        rejected: how many rows of the prefix were rejected.
        known: how many were not.
    """

    file: DeliveredFile
    load_id: int
    rejected: int
    known: int


def accepted(source: Source, data_date: date) -> list[KnownPrefix]:
    """Return the prefixes of the accepted files of a source that were judged for no later data date."""
    if not _adds_up(source):
        return []
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        rows = connection.execute(
            """
            select prefixes.size_bytes, prefixes.sha256, load_id
            from raw.prefixes
            inner join raw.loads using (load_id)
            where prefixes.source = ? and loads.data_date <= ?
            """,
            [source.name, data_date],
        ).fetchall()
    return [KnownPrefix(*row) for row in rows]


def rest(connection: duckdb.DuckDBPyConnection, file: DeliveredFile, path: Path) -> Rest | None:
    """Return what is to be judged of a file, written to `path`; None where that is all of it.

    Args:
        connection: of the landing; the build is attached as `build`.
        file: as DuckDB can read it.
        path: where to write.
    """
    if not (file.known_prefix and _is_as_delivered(file)):
        return None
    load_id = file.known_prefix.load_id
    ((rows, rejected),) = connection.execute(
        "select rows_in_file, rows_rejected from build.raw.loads where load_id = ?", [load_id]
    ).fetchall()
    # No line is the first one, whose mark DuckDB would skip.
    begin, between = (b"[", b",") if file.is_json_array else (b"\n", b"\n")
    with opened(file.path) as content, path.open("wb") as out:
        content.seek(file.known_prefix.size_bytes)
        first = content.read(1 << 16)
        behind = (BETWEEN_RECORDS if file.is_json_array else BETWEEN_LINES).match(first)
        if not behind:
            return None
        out.write(begin)
        texts = connection.execute(
            "select row_text from build.raw.rejected_rows where load_id = ? order by row_number", [load_id]
        )
        while some := texts.fetchmany(FETCHED_ROWS):
            out.writelines(text.encode() + between for (text,) in some)
        out.write(first[behind.end() :])
        shutil.copyfileobj(content, out)
    return Rest(replace(file, path=path), file.known_prefix.load_id, rejected, rows - rejected)


def put_in_place(connection: duckdb.DuckDBPyConnection, rest: Rest) -> tuple[str, dict[str, str]]:
    """Give the rows of `parsed` their numbers in the whole file.

    Returns:
        A query of their texts, as `parse.texts` has it.
    """
    connection.execute(
        """
        create or replace temp table places as
        select row_number() over (order by row_number) as _row_number, row_number as place
        from build.raw.rejected_rows
        where load_id = ?
        """,
        [rest.load_id],
    )
    connection.execute(
        "update parsed set _row_number = _row_number + ? where _row_number > ?", [rest.known, rest.rejected]
    )
    connection.execute(
        "update parsed set _row_number = place from places where parsed._row_number = places._row_number"
    )
    texts, parameters = parse.texts(rest.file)
    if not rest.file.is_json_array:
        return texts, parameters
    placed = f"""
        select coalesce(place, texts._row_number + {rest.known:d}) as _row_number, _text
        from ({texts}) as texts
        left join places on texts._row_number = places._row_number
        """
    return placed, parameters


def rows(source: Source, rest: Rest) -> str:
    """Return a query of the known rows, with the columns of the landing."""
    columns = ", ".join(f'stored."{column}"' for column in source.columns)
    return f"""
        with recursive

        files as (
            select load_id, begins_with from build.raw.prefixes where load_id = {rest.load_id:d}
            union all
            select prefixes.load_id, prefixes.begins_with
            from build.raw.prefixes
            inner join files on prefixes.load_id = files.begins_with
        ),

        repeated as (
            select
                of_load_id,
                unnest(range(of_row_number, of_row_number + rows)) as of_row_number,
                unnest(range(row_number, row_number + rows)) as _row_number
            from build.raw.repeats
            where load_id in (select load_id from files)
        )

        select {columns}, stored._row_number, true as _is_duplicate
        from build.raw.{source.name} as stored
        where stored._load_id in (select load_id from files)
        union all
        select {columns}, repeated._row_number, true as _is_duplicate
        from repeated
        inner join build.raw.{source.name} as stored
            on
                repeated.of_load_id = stored._load_id
                and repeated.of_row_number = stored._row_number
        """


def note(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    file: DeliveredFile,
    rest: Rest | None,
    *,
    is_changed: bool,
) -> None:
    """Write into the landing that a longer export may begin with a file, if it may.

    Args:
        connection: of the landing, after `classify`.
        source: whose file it is.
        file: that has landed.
        rest: what was judged of it, if not all.
        is_changed: whether a row is stored in another way than it came.
    """
    for table in ("prefixes", "repeats"):
        connection.execute(f"delete from delivered.{table} where source = ?", [source.name])
    if not (_adds_up(source) and file.prefix and _is_as_delivered(file)) or is_changed:
        return
    if connection.execute("select 1 from repeated where _of_row_number is null limit 1").fetchone():
        return
    connection.execute(
        "insert into delivered.prefixes values (?, ?, ?, ?)",
        [source.name, file.prefix.size_bytes, file.prefix.sha256, rest and rest.load_id],
    )
    connection.execute(
        """
        insert into delivered.repeats
        select $source, min(_row_number), count(*), _of_load_id, min(_of_row_number)
        from (
            select
                *,
                _of_row_number - _row_number as distance,
                _row_number
                - row_number() over (partition by _of_load_id, distance order by _row_number) as run
            from repeated
        )
        group by _of_load_id, distance, run
        """,
        {"source": source.name},
    )


def _adds_up(source: Source) -> bool:
    return source.is_json and not source.is_snapshot


def _is_as_delivered(file: DeliveredFile) -> bool:
    return not file.is_converted and not file.has_marks
