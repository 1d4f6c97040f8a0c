"""What was accepted before a delivery, for the expectations to compare it with, as temporary tables.

- `accepted_loads`: the accepted files: `source`, `load_id`, `rows_in_file`, `rows_duplicate`;
- `accepted_<snapshot>`: every key that a snapshot ever had, with its latest row, and `_is_in_force` where
  the snapshot in force on the data date of the delivery has it;
- `accepted_values`: the `rows` of each `value` of each enumeration (`source`, `column_name`), of sources
  that add up, and of each hour of the day of the time column;
- `accepted_<source>` of a source that adds up: one row with its `rows`, and `first_day` and `last_day`;
- `recurring_<source>`: the key and `_row_number` of new rows that equal an accepted or an earlier row in all
  but the key.

They are copies, because a refusal is written into the build while the landing is open.
"""

import duckdb

from include.pipeline.core import snapshot_rows, warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.source import Source, hour_of_day, moment
from include.pipeline.ingest.raw_tables import ACCEPTED


def list_accepted(landing: duckdb.DuckDBPyConnection) -> None:
    """Make the tables in a connection to the landing."""
    with warehouse.attached(landing, settings().build_path, "build"):
        landing.execute(
            f"""
            create or replace temp table accepted_loads as
            select * from build.raw.loads where status = '{ACCEPTED}'
            """
        )
        landing.execute(
            "create or replace temp table accepted_values"
            " (source varchar, column_name varchar, value varchar, rows bigint)"
        )
        for source in declared().sources:
            if source.is_snapshot:
                _list_snapshot(landing, source)
            else:
                _count_values(landing, source)
            if source.time_column:
                _count_rows(landing, source, source.time_column)
                _find_recurring(landing, source, source.time_column)


def _list_snapshot(landing: duckdb.DuckDBPyConnection, source: Source) -> None:
    stored = f"build.raw.{snapshot_rows.view_of(source)}"
    landing.execute(
        f"""
        create or replace temp table accepted_{source.name} as
        with
        seen as (
            select load_id, content_load_id, unnest(list_prepend(data_date, redelivered_on)) as seen_on
            from accepted_loads
            where source = '{source.name}'
        ),
        in_force as (
            select content_load_id
            from seen
            where seen_on <= (select data_date from delivered.files where source = '{source.name}')
            order by seen_on desc, load_id desc
            limit 1
        ),
        -- Many rows, but few spans of loads: the ledger is joined to these.
        spans as (
            select
                span._load_id,
                span._until_load_id,
                max(seen.seen_on) as _seen_on,
                bool_or(seen.content_load_id in (select content_load_id from in_force)) as _is_in_force
            from (select distinct _load_id, _until_load_id from {stored}) as span
            inner join seen
                on
                    seen.content_load_id >= span._load_id
                    and coalesce(seen.content_load_id < span._until_load_id, true)
            group by span._load_id, span._until_load_id
        )
        select stored.* exclude (_until_load_id), spans._is_in_force
        from {stored} as stored
        inner join spans
            on
                stored._load_id = spans._load_id
                and stored._until_load_id is not distinct from spans._until_load_id
        qualify row_number() over (
            partition by stored."{source.key}" order by _is_in_force desc, _seen_on desc, stored._load_id desc
        ) = 1
        """
    )


def _count_values(landing: duckdb.DuckDBPyConnection, source: Source) -> None:
    values = {rule.column: f'"{rule.column}"' for rule in source.rules if rule.is_enumeration}
    if source.time_column:
        values[source.time_column] = hour_of_day(source.time_column)
    for column, value in values.items():
        landing.execute(
            f"""
            insert into accepted_values
            select '{source.name}', '{column}', {value} as value, count(*)
            from build.raw.{source.name}
            group by value
            """
        )


def _count_rows(landing: duckdb.DuckDBPyConnection, source: Source, time_column: str) -> None:
    landing.execute(
        f"""
        create or replace temp table accepted_{source.name} as
        select
            count(*) as rows,
            try_cast(left(min("{time_column}"), 10) as date) as first_day,
            try_cast(left(max("{time_column}"), 10) as date) as last_day
        from build.raw.{source.name}
        """
    )


def _find_recurring(landing: duckdb.DuckDBPyConnection, source: Source, time_column: str) -> None:
    equal = ", ".join(f'"{name}"' for name in source.columns if name not in (source.key, time_column))
    # The usual spellings are cast as they are, which is cheaper.
    instant = f'coalesce(try_cast("{time_column}" as timestamptz), {moment(time_column)})'
    # No offset is of a day: only accepted rows of these days, by their text, can be of the same instants.
    landing.execute(
        f"""
        create or replace temp table recurring_{source.name} as
        with
        new_rows as (
            select "{source.key}", _row_number, hash({equal}, {instant}) as content
            from delivered.{source.name}
            where not _is_duplicate
        ),
        days as (
            select
                (try_cast(left(min("{time_column}"), 10) as date) - 1)::varchar as first_day,
                (try_cast(left(max("{time_column}"), 10) as date) + 2)::varchar as last_day
            from delivered.{source.name}
            where not _is_duplicate
        ),
        accepted as (
            select hash({equal}, {instant}) as content
            from build.raw.{source.name}
            where
                "{time_column}" >= (select first_day from days)
                and "{time_column}" < (select last_day from days)
        ),
        repeated as (
            select content, min(_row_number) as first_row
            from new_rows
            group by content
            having count(*) > 1
        )
        select new_rows."{source.key}", new_rows._row_number
        from new_rows
        left join repeated on new_rows.content = repeated.content
        where
            new_rows._row_number > repeated.first_row
            or new_rows.content in (select content from accepted)
        """
    )
