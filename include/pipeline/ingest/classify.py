"""Classifies every parsed record: accepted, an exact duplicate, or rejected for one reason.

Only rows that are not accepted are written down, in temporary tables that name them by their `_row_number`
in the file, from 1:

- `rejected`, with `_reason` (from the list in `include/dbt/models/staging/raw.yml`), and `_value`, which its
  rule does not accept; of a conflicting duplicate, what differs;
- `repeated`: rows whose content is that of an earlier row of the file or, if the source is append-only, of an
  accepted row; in the same spelling or in another. Where in the same, `_of_row_number` is of that row, and
  `_of_load_id` of its load, null for the file itself.

The temporary view `fit` has the rows that are not rejected. The build is attached as `build`.
"""

from datetime import date

import duckdb

from include.pipeline.core.source import Source
from include.pipeline.ingest import parse


def classify(
    connection: duckdb.DuckDBPyConnection, source: Source, texts: tuple[str, dict[str, str]], data_date: date
) -> None:
    """Fill `rejected` and `repeated` from `parsed`, and the landing's `rejected_rows` of the source.

    Args:
        connection: of the landing.
        source: whose rows they are.
        texts: a query of their texts, and its parameters, as `parse.texts` returns them.
        data_date: of the delivery, UTC.
    """
    _reject_invalid(connection, source, data_date)
    _find_repeated(connection, source)
    _quarantine(connection, source, *texts)


def _reject_invalid(connection: duckdb.DuckDBPyConnection, source: Source, data_date: date) -> None:
    columns = ", ".join(f'"{column}"' for column in source.columns)
    has_nul = " or ".join(f'contains("{column}", chr(0))' for column in source.columns)
    missing = " or ".join(f"not {parse.is_given(source, column)}" for column in source.columns)
    rules = "\n".join(f"when not ({rule.accepts}) then '{rule.reason}'" for rule in source.rules)
    values = "\n".join(f"when _reason = '{rule.reason}' then \"{rule.column}\"" for rule in source.rules)
    connection.execute(
        f"""
        create or replace temp table rejected as
        select _row_number, _reason, case when false then null {values} end as _value
        from (
            select
                *,
                case
                    when _malformed then 'malformed_record'
                    when {has_nul} then 'malformed_record'
                    when {missing} then 'missing_value'
                    {rules}
                end as _reason
            from (
                select *, $data_date::date as _data_date
                from parsed
            )
        )
        where _reason is not null
        """,
        {"data_date": data_date},
    )
    connection.execute(
        f"""
        create or replace temp view fit as
        select _row_number, {columns}
        from parsed
        where _row_number not in (select _row_number from rejected)
        """
    )


def _find_repeated(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Fill `repeated`, and add to `rejected` the rows whose key came before with other content.

    Rows of a snapshot are compared inside their file, others first with all that were accepted before.
    """
    _find_repeated_in_file(connection, source)
    if not source.is_snapshot:
        _find_accepted_before(connection, source)
    connection.execute(
        """
        insert into rejected
        select _row_number, 'conflicting_duplicate', _change
        from repeated
        where not _is_same
        """
    )
    connection.execute("delete from repeated where not _is_same")


def _find_repeated_in_file(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    key = f'"{source.key}"'
    # A statement of its own: DuckDB would keep all rows of `fit` in memory for two reads in one statement.
    connection.execute(
        f"""
        create or replace temp table repeated_keys as
        select {key}
        from fit
        group by {key}
        having count(*) > 1
        """
    )
    # The joins are on equal keys alone: DuckDB compares each row with each for any other condition.
    connection.execute(
        f"""
        create or replace temp table repeated as
        with
        members as (
            select *
            from fit
            where {key} in (select {key} from repeated_keys)
        ),
        first_rows as (
            select min(_row_number) as _row_number
            from members
            group by {key}
        ),
        first as (
            select *
            from members
            where _row_number in (select _row_number from first_rows)
        )
        select
            later._row_number,
            {source.same("first", "later")} as _is_same,
            case when not _is_same then {_change(source, "first", "later")} end as _change,
            null::integer as _of_load_id,
            case when {_is_alike(source, "first", "later")} then first._row_number end as _of_row_number
        from members as later
        inner join first on later.{key} = first.{key}
        where later._row_number > first._row_number
        """
    )


def _find_accepted_before(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    key = f'"{source.key}"'
    connection.execute(
        f"""
        create or replace temp table accepted_before as
        select
            fit._row_number,
            {source.same("known", "fit")} as _is_same,
            case when not _is_same then {_change(source, "known", "fit")} end as _change,
            known._load_id as _of_load_id,
            case when {_is_alike(source, "known", "fit")} then known._row_number end as _of_row_number
        from fit
        inner join build.raw.{source.name} as known on fit.{key} = known.{key}
        """
    )
    connection.execute("delete from repeated where _row_number in (select _row_number from accepted_before)")
    connection.execute("insert into repeated from accepted_before")


def _is_alike(source: Source, one: str, other: str) -> str:
    """SQL for whether two rows have the same content in the same spelling."""
    return " and ".join(f'{one}."{column}" = {other}."{column}"' for column in source.columns)


def _change(source: Source, before: str, after: str) -> str:
    """SQL for what differs between two rows of a key: the delivered values, and those they conflict with."""
    changes = ", ".join(
        f"""
        if(
            {before}."{column}" <> {after}."{column}",
            '{column} "' || {after}."{column}" || '" after "' || {before}."{column}" || '"',
            null
        )
        """
        for column in source.columns
    )
    return f"concat_ws(', ', {changes})"


def _quarantine(
    connection: duckdb.DuckDBPyConnection, source: Source, records: str, parameters: dict[str, str]
) -> None:
    """Write the rejected rows with their text."""
    connection.execute("delete from delivered.rejected_rows where source = ?", [source.name])
    if not connection.execute("select 1 from rejected limit 1").fetchone():
        return
    connection.execute(
        f"""
        insert into delivered.rejected_rows
        select
            $source,
            rejected._row_number,
            rejected._reason,
            records._text,
            rejected._value
        from rejected
        inner join ({records}) as records on rejected._row_number = records._row_number
        order by rejected._row_number
        """,
        {"source": source.name, **parameters},
    )
