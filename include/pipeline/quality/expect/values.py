"""Values of an enumeration: unknown ones, and the known ones against all accepted rows.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Rule, Source
from include.pipeline.quality.expect.bounds import (
    MAX_NEW_VALUE_PCT,
    MAX_SHARE_DRIFT,
    MIN_KNOWN_VALUE_PCT,
    MIN_ROWS,
)
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding, no_rows


class ExpectFewOfANewValue(ExpectNoRows):
    """No unknown value of a column makes up more than a share of the file."""


def few_of_a_new_value(source: Source, rule: Rule) -> ExpectNoRows:
    """Return the warning that one unknown value of a column makes up more than MAX_NEW_VALUE_PCT of a file.

    Its rows are rejected; that many of one value are rather a name that has changed at the source.
    """
    rejected = f"""
        from delivered.rejected_rows
        where source = '{source.name}' and reason = '{rule.reason}'
    """
    return no_rows(
        ExpectFewOfANewValue,
        source,
        check=f"new_{rule.column}",
        column=rule.column,
        population=f"select rows_in_file from delivered.files where source = '{source.name}'",
        description=f"no unknown {rule.column} makes up more than {MAX_NEW_VALUE_PCT} % of the rows",
        query=f"""
            select value as "{rule.column}", row_number as _row_number
            {rejected}
                and value in (
                    select value
                    {rejected}
                    group by value
                    having
                        100 * count(*)
                        > {MAX_NEW_VALUE_PCT} * (
                            (select count(*) from {{batch}})
                            + (select count(*) from delivered.rejected_rows where source = '{source.name}')
                        )
                )
        """,
    )


class ExpectNoLostValue(ExpectNoRows):
    """Every value that is usual in the accepted rows is in the file."""


def no_lost_value(source: Source, rule: Rule) -> ExpectNoRows:
    """Return the warning that a value of at least MIN_KNOWN_VALUE_PCT of all accepted rows is absent."""
    return no_finding(
        ExpectNoLostValue,
        check=f"lost_{rule.column}",
        column=rule.column,
        sample_of=rule.column,
        description=f"every {rule.column} of at least {MIN_KNOWN_VALUE_PCT} % of the accepted rows is there",
        query=f"""
            with
            accepted as (
                select value, rows, sum(rows) over () as all_rows
                from temp.accepted_values
                where source = '{source.name}' and column_name = '{rule.column}'
            )
            select value as "{rule.column}"
            from accepted
            where
                100 * rows >= {MIN_KNOWN_VALUE_PCT} * all_rows
                and (
                    select rows_in_file from delivered.files where source = '{source.name}'
                ) >= {MIN_ROWS}
                and value not in (
                    select "{rule.column}"
                    from {{batch}}
                    where "{rule.column}" is not null
                )
            order by rows desc, value
        """,
    )


class ExpectSteadyShares(ExpectNoRows):
    """The share of each value is near its share of all accepted rows."""


def steady_shares(source: Source, rule: Rule) -> ExpectNoRows:
    """Return the warning that a value's share has moved by more than MAX_SHARE_DRIFT points."""
    return no_finding(
        ExpectSteadyShares,
        check=f"steady_{rule.column}",
        column=rule.column,
        sample_of=rule.column,
        description=f"the share of every {rule.column} is within {MAX_SHARE_DRIFT} points of before",
        query=f"""
            with
            found as (
                select
                    "{rule.column}" as value,
                    100 * count(*) / sum(count(*)) over () as pct,
                    sum(count(*)) over () as all_rows
                from {{batch}}
                group by value
            ),
            accepted as (
                select
                    value,
                    100 * rows / sum(rows) over () as pct,
                    sum(rows) over () as all_rows
                from temp.accepted_values
                where source = '{source.name}' and column_name = '{rule.column}'
            )
            select
                found.value || ' ' || round(found.pct)::int || ' % after ' || round(accepted.pct)::int || ' %'
                    as "{rule.column}"
            from found
            inner join accepted on found.value = accepted.value
            where
                least(found.all_rows, accepted.all_rows) >= {MIN_ROWS}
                and abs(found.pct - accepted.pct) > {MAX_SHARE_DRIFT}
            order by found.value
        """,
    )
