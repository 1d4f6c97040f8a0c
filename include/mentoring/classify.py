"""Gives every parsed record its fate: accepted, an exact duplicate, or rejected for one reason.

The temporary view `classified` has one row per record of the file: the source's columns, `_row_number`
from 1, `_reason` (of SPEC section 2's list, null where it is accepted), and `_is_repeated` (the same row
stands earlier in the file or, for events, was accepted before). The build is attached as `build`.
"""

import duckdb

from include.mentoring import parse
from include.mentoring.delivery import DeliveredFile
from include.mentoring.sources import Source


def classify(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> None:
    """Fill `classified` from `parsed`, and the landing's `rejected_rows` of the source from it."""
    columns = ", ".join(f'"{column}"' for column in source.columns)
    missing = " or ".join(
        f"not coalesce(regexp_matches(\"{column}\", '{parse.VISIBLE}'), false)" for column in source.columns
    )
    rules = "\n".join(f"when not ({rule.accepts}) then '{rule.reason}'" for rule in source.rules)
    connection.execute(
        f"""
        create or replace temp table judged as
        select
            rowid + 1 as _row_number,
            {columns},
            case
                when _malformed then 'malformed_record'
                when {" or ".join(f'contains("{column}", chr(0))' for column in source.columns)}
                    then 'malformed_record'
                when {missing} then 'missing_value'
                {rules}
            end as _reason,
            case when _reason is null then "{source.key}" end as _key
        from parsed
        """
    )
    _find_repeated(connection, source)
    connection.execute(
        """
        create or replace temp view classified as
        select
            judged.* exclude (_reason, _key),
            case when not repeated._is_same then 'conflicting_duplicate' else judged._reason end as _reason,
            repeated._row_number is not null as _is_repeated
        from judged
        left join repeated on judged._row_number = repeated._row_number
        """
    )
    _quarantine(connection, source, file)


def _find_repeated(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Fill `repeated`: one row per row of the file whose key came before, and whether its content did.

    Rows of a snapshot are compared inside their file, events first with all that were accepted before.
    """
    columns = [f'"{column}"' for column in source.columns]
    row, first, known = (
        ", ".join(f"{table}.{column}" for column in columns) for table in ("judged", "first", "known")
    )
    # The joins are on equal keys alone: DuckDB compares each row with each for any other condition.
    connection.execute(
        f"""
        create or replace temp table repeated as
        with
        first_rows as (
            select min(_row_number) as _row_number
            from judged
            where _key is not null
            group by _key
            having count(*) > 1
        ),
        first as (
            select judged.*
            from judged
            inner join first_rows on judged._row_number = first_rows._row_number
        )
        select
            judged._row_number,
            ({first}) = ({row}) as _is_same
        from judged
        inner join first on judged._key = first._key
        where judged._row_number > first._row_number
        """
    )
    if source.is_snapshot:
        return
    connection.execute(
        f"""
        create or replace temp table accepted_before as
        select
            judged._row_number,
            ({known}) = ({row}) as _is_same
        from judged
        inner join build.raw.{source.name} as known on judged._key = known."{source.key}"
        """
    )
    connection.execute("delete from repeated where _row_number in (select _row_number from accepted_before)")
    connection.execute("insert into repeated from accepted_before")


def _quarantine(connection: duckdb.DuckDBPyConnection, source: Source, file: DeliveredFile) -> None:
    """Write the rejected rows with their text."""
    rejected = connection.execute("select count(*) from classified where _reason is not null").fetchone()
    connection.execute("delete from delivered.rejected_rows where source = ?", [source.name])
    if not rejected or not rejected[0]:
        return
    records, parameters = parse.texts(file)
    connection.execute(
        f"""
        insert into delivered.rejected_rows
        select
            $source,
            classified._row_number,
            classified._reason,
            records._text
        from classified
        inner join ({records}) as records on classified._row_number = records._row_number
        where classified._reason is not null
        order by classified._row_number
        """,
        {"source": source.name, **parameters},
    )
