"""The raw layer and its ledger: what was accepted, what was refused, and in which order.

Schema `raw` (SPEC section 2) lives in the build and is published with it:

- `loads`: one row per delivered file that changed the state or was refused. A snapshot that is
  delivered again while it is in force adds no row; the date is noted in `redelivered_on`. One that
  returns to an earlier content is a change whose rows are stored already: they count as duplicate,
  and `content_load_id` says which load holds them. Of a refused file nothing is counted.
- `users`, `mentors`, `events`: accepted rows as text.
- `rejected_rows`: one row per row of an accepted file that was not.
"""

from dataclasses import asdict, dataclass
from datetime import date

import duckdb

from include.mentoring import origin, warehouse
from include.mentoring.settings import settings
from include.mentoring.sources import SOURCES, Source

ACCEPTED = "accepted"
REFUSED = "refused"


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
    """Make the build and its empty raw layer where they are not there yet."""
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            """
            create table if not exists raw.loads (
                load_id integer primary key,
                source varchar not null,
                file_name varchar not null,
                sha256 varchar not null,
                size_bytes bigint not null,
                rows_in_file bigint not null,
                rows_loaded bigint not null,
                rows_rejected bigint not null,
                rows_duplicate bigint not null,
                ignored_columns varchar[] not null,
                data_date date not null,
                redelivered_on date[] not null,
                content_load_id integer not null,
                status varchar not null,
                reason varchar,
                origin varchar not null,
                loaded_at timestamp not null
            )
            """
        )
        connection.execute(
            """
            create table if not exists raw.rejected_rows (
                load_id integer not null,
                source varchar not null,
                row_number bigint not null,
                reason varchar not null,
                row_text varchar
            )
            """
        )
        for source in SOURCES.values():
            columns = ", ".join(f'"{column}" varchar not null' for column in source.columns)
            connection.execute(
                f"create table if not exists raw.{source.name} ({columns},"
                " _load_id integer not null, _row_number bigint not null, _loaded_at timestamp not null)"
            )


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
            if (load_id := _accept_file(connection, SOURCES[name], sha256, data_date))
        ]
    return added


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
                $data_date, [], {_NEXT_LOAD_ID}, '{REFUSED}', $reason, $origin, {_NOW}
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
    if content_load_id and _keep_in_force(connection, source, sha256, data_date):
        return None
    load_id = _add_load(connection, source, content_load_id)
    if not content_load_id:
        _add_rows(connection, source, load_id)
    return load_id


def _keep_in_force(
    connection: duckdb.DuckDBPyConnection, source: Source, sha256: str, data_date: date
) -> bool:
    """Return whether the snapshot in force on `data_date` has this content; note the date there."""
    in_force = connection.execute(
        """
        select load_id, sha256, seen_on
        from (
            select load_id, sha256, unnest(list_prepend(data_date, redelivered_on)) as seen_on
            from raw.loads
            where source = ? and status = ?
        )
        where seen_on <= ?
        order by seen_on desc, load_id desc
        limit 1
        """,
        [source.name, ACCEPTED, data_date],
    ).fetchone()
    if in_force is None or in_force[1] != sha256:
        return False
    if in_force[2] < data_date:
        connection.execute(
            "update raw.loads set redelivered_on = list_append(redelivered_on, ?) where load_id = ?",
            [data_date, in_force[0]],
        )
    return True


def _add_load(connection: duckdb.DuckDBPyConnection, source: Source, content_load_id: int | None) -> int:
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
            {_NOW}
        from landing.delivered.files
        where source = $source
        returning load_id
        """,
        {
            "source": source.name,
            "content": content_load_id,
            "origin": origin.of_build(settings()),
        },
    ).fetchone()
    assert returned is not None
    return int(returned[0])


def _add_rows(connection: duckdb.DuckDBPyConnection, source: Source, load_id: int) -> None:
    columns = ", ".join(f'"{column}"' for column in source.columns)
    connection.execute(
        f"""
        insert into raw.{source.name}
        select {columns}, $load_id, _row_number, {_NOW}
        from landing.delivered.{source.name}
        where not _is_duplicate
        order by _row_number
        """,
        {"load_id": load_id},
    )
    connection.execute(
        """
        insert into raw.rejected_rows
        select $load_id, source, row_number, reason, row_text
        from landing.delivered.rejected_rows
        where source = $source
        order by row_number
        """,
        {"load_id": load_id, "source": source.name},
    )
