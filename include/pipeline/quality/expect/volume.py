"""How many rows a file of a source that adds up has: an export of everything, or of what is new.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source
from include.pipeline.quality.expect.bounds import MAX_GROWTH, MAX_INCREMENT_CHANGE, MAX_LACKING_PCT, MIN_ROWS
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding


class ExpectCompleteExport(ExpectNoRows):
    """An export of everything lacks few of the accepted rows, and does not double them."""


def complete_export(source: Source, time_column: str) -> ExpectNoRows:
    """Return the warning that an export of everything lacks rows, or has many times as many.

    A file is one where most of its rows are known, and its first day is in the first tenth of all days.
    """
    return no_finding(
        ExpectCompleteExport,
        check="complete_export",
        column=source.key,
        description=(
            f"an export of everything lacks at most {MAX_LACKING_PCT} % of the accepted rows,"
            f" and has at most {MAX_GROWTH} times as many"
        ),
        query=f"""
            with
            counts as (
                select
                    rows,
                    first_day + ((last_day - first_day) // 10)::integer as early,
                    (
                        select try_cast(left(min("{time_column}"), 10) as date)
                        from {{batch}}
                    ) as begins_on,
                    (select count(*) from {{batch}}) as found,
                    (select count(*) from {{batch}} where _is_duplicate) as known
                from temp.accepted_{source.name}
            )
            select found || ' rows, ' || greatest(rows - known, 0) || ' of ' || rows || ' absent' as found
            from counts
            where
                rows >= {MIN_ROWS}
                and 2 * known > least(found, rows)
                and begins_on <= early
                and (
                    100 * (rows - known) > {MAX_LACKING_PCT} * rows
                    or found > {MAX_GROWTH} * rows
                )
        """,
    )


class ExpectSteadyIncrements(ExpectNoRows):
    """A file of new rows has not many times the rows of the last one, nor a small part of them."""


def steady_increments(source: Source) -> ExpectNoRows:
    """Return the warning that a file of new rows has too many or too few of them after the last one.

    The first file of a source is none of them: it has all that happened before.
    """
    return no_finding(
        ExpectSteadyIncrements,
        check="steady_increments",
        column=source.key,
        description=(
            f"a file of new rows has at most {MAX_INCREMENT_CHANGE} times the rows of the last one,"
            f" and at least 1/{MAX_INCREMENT_CHANGE} of them"
        ),
        query=f"""
            with
            increments as (
                select load_id, rows_in_file
                from temp.accepted_loads
                where source = '{source.name}' and 2 * rows_duplicate <= rows_in_file
            ),
            counts as (
                select
                    (select count(*) from {{batch}}) as found,
                    (select count(*) from {{batch}} where _is_duplicate) as known,
                    (
                        select max_by(rows_in_file, load_id)
                        from increments
                        where load_id > (select min(load_id) from increments)
                    ) as before
            )
            select found || ' rows after ' || before as found
            from counts
            where
                2 * known <= found
                and found > 0
                and greatest(found, before) >= {MIN_ROWS}
                and greatest(found, before) > {MAX_INCREMENT_CHANGE} * least(found, before)
        """,
    )
