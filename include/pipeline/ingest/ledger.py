"""Decides what enters schema `raw` of the build: what is accepted, what is refused, and in which order.

A snapshot that is delivered again while it is in force adds no row to `raw.loads`; the date is noted in
`redelivered_on`. One that returns to an earlier content is a change whose rows are stored already: they
count as duplicate, and `content_load_id` says which load has them. The one in force is the same in another
spelling too. Nothing is counted for a refused or withdrawn file.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

import duckdb

from include.pipeline.core import build_state, origin, snapshot_rows, trial, warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.source import Source
from include.pipeline.ingest import archive, raw_tables
from include.pipeline.ingest.raw_tables import ACCEPTED, REFUSED, WITHDRAWN


@dataclass(frozen=True)
class Refusal:
    """A file that is refused, and why."""

    source: str
    file_name: str
    sha256: str
    size_bytes: int
    data_date: date
    reason: str


def open_raw() -> None:
    """Create the build and its empty raw layer, in one transaction, unless they exist."""
    with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
        raw_tables.create(connection)


def withdrawn_as(source: str, sha256: str) -> int | None:
    """Return the last withdrawn load of this content; None if there is none, or the content is accepted."""
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        found = connection.execute(
            """
            select max(load_id)
            from raw.loads
            where source = ? and sha256 = ? and status in (?, ?)
            having bool_and(status = ?)
            """,
            [source, sha256, ACCEPTED, WITHDRAWN, WITHDRAWN],
        ).fetchone()
    return found[0] if found else None


def is_accepted(connection: duckdb.DuckDBPyConnection, source: str, sha256: str) -> bool:
    """Return whether content of the source was accepted before; the build is attached as `build`."""
    return bool(
        connection.execute(
            "select 1 from build.raw.loads where source = ? and sha256 = ? and status = ? limit 1",
            [source, sha256, ACCEPTED],
        ).fetchone()
    )


def accept() -> list[int]:
    """Move the landed delivery into `raw`, all of it or nothing.

    Returns:
        The ids of the loads that were added; none where the delivery changes nothing.
    """
    current = settings()
    with (
        warehouse.connect(current.build_path) as connection,
        warehouse.attached(connection, current.landing_path, "landing"),
        warehouse.transaction(connection),
    ):
        landed = connection.execute(
            "select source, sha256, data_date from landing.delivered.files order by rowid"
        ).fetchall()
        added = [
            load_id
            for name, sha256, data_date in landed
            if (load_id := _accept_file(connection, declared().source(name), sha256, data_date))
        ]
        build_state.revoke(connection, "a delivery was accepted")
    copy_out()
    return added


def copy_out() -> None:
    """Copy the ledger of the build to the kept files, except that of a trial, which accepts nothing."""
    if trial.is_current():
        return
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        archive.write_ledger(raw_tables.loads(connection))


def as_of() -> date | None:
    """Return the latest accepted data date, by the ledger's copy; None if nothing is accepted."""
    accepted = [load for load in archive.read_ledger() or [] if load["status"] == ACCEPTED]
    days = (day for load in accepted for day in (load["data_date"], *load["redelivered_on"]))
    return max(days, default=None)


def refuse_landed(reason: str) -> None:
    """Write the landed delivery into the ledger as refused; nothing of it enters `raw`."""
    current = settings()
    with warehouse.connect(current.landing_path, read_only=True) as connection:
        files = connection.execute(
            "select source, file_name, sha256, size_bytes, data_date from delivered.files"
            " where not is_known order by rowid"
        ).fetchall()
    for source, file_name, sha256, size_bytes, data_date in files:
        refuse(Refusal(source, file_name, sha256, size_bytes, data_date, reason))


def refuse(refusal: Refusal) -> None:
    """Write a refused file into the ledger, once for each content, data date and reason."""
    with warehouse.connect(settings().build_path) as connection:
        connection.execute(
            f"""
            insert into raw.loads
            select
                {_NEXT_LOAD_ID}, $source, $file_name, $sha256, $size_bytes, 0, 0, 0, 0, [],
                $data_date, [], {_NEXT_LOAD_ID}, '{REFUSED}', $reason, $origin, {_NOW}, 0
            where not exists (
                select 1
                from raw.loads
                where
                    source = $source
                    and sha256 = $sha256
                    and data_date = $data_date
                    and status = '{REFUSED}'
                    and reason = $reason
            )
            """,
            {**asdict(refusal), "origin": origin.of_build(settings())},
        )
    copy_out()


_NEXT_LOAD_ID = "(select coalesce(max(load_id), 0) + 1 from raw.loads)"
_NOW = "(now() at time zone 'UTC')"


def _accept_file(
    connection: duckdb.DuckDBPyConnection, source: Source, sha256: str, data_date: date
) -> int | None:
    """Accept one landed file; return its load id, or None where it changes nothing."""
    content = connection.execute(
        "select min(content_load_id) from raw.loads where source = ? and sha256 = ? and status = ?",
        [source.name, sha256, ACCEPTED],
    ).fetchone()
    content_load_id = content[0] if content else None
    if content_load_id and not source.is_snapshot:
        return None
    if source.is_snapshot and _keep_in_force(connection, source, sha256, data_date):
        return None
    load_id, loaded_at = _add_load(connection, source, content_load_id)
    if not content_load_id:
        raw_tables.add_landed(connection, source, load_id, loaded_at, settings().landing_path)
    return load_id


def _keep_in_force(
    connection: duckdb.DuckDBPyConnection, source: Source, sha256: str, data_date: date
) -> bool:
    """Return whether the snapshot in force on `data_date` has this content; note the date there."""
    in_force = connection.execute(
        """
        select load_id, content_load_id, sha256, seen_on
        from (
            select
                load_id,
                content_load_id,
                sha256,
                unnest(list_prepend(data_date, redelivered_on)) as seen_on
            from raw.loads
            where source = ? and status = ?
        )
        where seen_on <= ?
        order by seen_on desc, load_id desc
        limit 1
        """,
        [source.name, ACCEPTED, data_date],
    ).fetchone()
    if in_force is None:
        return False
    load_id, content_load_id, sha256_in_force, seen_on = in_force
    if sha256 != sha256_in_force and not _is_respelled(connection, source, content_load_id):
        return False
    if seen_on < data_date:
        connection.execute(
            "update raw.loads set redelivered_on = list_append(redelivered_on, ?) where load_id = ?",
            [data_date, load_id],
        )
    return True


def _is_respelled(connection: duckdb.DuckDBPyConnection, source: Source, content_load_id: int) -> bool:
    """Return whether the landed snapshot has the rows of a load, though other bytes: as many, and each alike.

    Rejected rows are compared as text: the quarantine must not lack one.
    """
    key = f'"{source.key}"'
    found = connection.execute(
        f"""
        with
        stored as (
            {snapshot_rows.of_load(source, "$load_id")}
        ),
        found as (
            select *
            from landing.delivered.{source.name}
            where not _is_duplicate
        )
        select
            (select count(*) from stored) = (select count(*) from found)
            and not exists (
                select 1
                from found
                left join stored on found.{key} = stored.{key}
                where not coalesce({source.same("found", "stored")}, false)
            )
            and (
                select list(row_text order by row_text)
                from raw.rejected_rows
                where load_id = $load_id
            ) is not distinct from (
                select list(row_text order by row_text)
                from landing.delivered.rejected_rows
                where source = $source
            )
        """,
        {"load_id": content_load_id, "source": source.name},
    ).fetchone()
    assert found is not None
    return bool(found[0])


def _add_load(
    connection: duckdb.DuckDBPyConnection, source: Source, content_load_id: int | None
) -> tuple[int, datetime]:
    returned = connection.execute(
        f"""
        insert into raw.loads
        select
            {_NEXT_LOAD_ID},
            source,
            file_name,
            sha256,
            size_bytes,
            rows_in_file,
            if($content is null, rows_loaded, 0),
            if($content is null, rows_rejected, 0),
            if($content is null, rows_duplicate, rows_in_file),
            ignored_columns,
            data_date,
            [],
            coalesce($content, {_NEXT_LOAD_ID}),
            '{ACCEPTED}',
            null,
            $origin,
            {_NOW},
            if($content is null, values_trimmed, 0)
        from landing.delivered.files
        where source = $source
        returning load_id, loaded_at
        """,
        {
            "source": source.name,
            "content": content_load_id,
            "origin": origin.of_build(settings()),
        },
    ).fetchone()
    assert returned is not None
    return returned[0], returned[1]
