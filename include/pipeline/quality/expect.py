"""The expectations that the suites are made of; Great Expectations is imported when one is made.

One that judges rows is a query for the rows that break it: it counts all of them but fetches few,
works on text, and takes the predicates of `sources` as they are. The `meta` of each names its
`check` and `column`, what a sample of its rows shows (`sample_of`), and a query for how many rows
it is about (`population`).
"""

from typing import TYPE_CHECKING

from include.pipeline.core.source import FUTURE_TIMESTAMP, Rule, Source
from include.pipeline.quality.verdict import CRITICAL, WARNING

MAX_NEW_VALUE_PCT = 1

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def of_source(source: Source, *, is_known: bool = False) -> "list[Expectation]":
    """Return what must hold of any source's table: its shape, its values, its keys.

    Args:
        source: whose table it is.
        is_known: the file's content was accepted before, so that none of its rows landed.
    """
    return [
        *shape(source, may_be_empty=is_known),
        *values(source),
        unique_key(source),
        *([no_repeated_key(source)] if source.is_snapshot else []),
        *(
            few_of_a_new_value(source, rule)
            for rule in source.rules
            if rule.reason == f"unknown_{rule.column}"
        ),
    ]


def shape(source: Source, *, may_be_empty: bool = False) -> "list[Expectation]":
    """Return that the table has the source's columns, and rows unless it `may_be_empty`."""
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    columns = gxe.ExpectTableColumnsToMatchSet(
        column_set=list(source.columns),
        exact_match=False,
        severity=FailureSeverity(CRITICAL),
        description=f"{source.file_name} has the columns {', '.join(source.columns)}",
        meta={"check": "required_columns", "column": None, "sample_of": "missing"},
    )
    if may_be_empty:
        return [columns]
    at_least_one = gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=FailureSeverity(CRITICAL),
        description=f"{source.file_name} has at least one row",
        meta={"check": "has_rows", "column": None, "sample_of": "row"},
    )
    return [columns, at_least_one]


def values(source: Source) -> "list[Expectation]":
    """Return that every value is there, and good where the source has a rule for it."""
    # Future timestamps are checked across the whole delivery.
    rules = [rule for rule in source.rules if rule.reason != FUTURE_TIMESTAMP]
    ruled = {rule.column for rule in rules}
    given = [column for column in source.columns if column not in ruled]
    return [
        *(_given(source, column) for column in given),
        *(_ruled(source, rule, check_name(source, rule)) for rule in rules),
    ]


def _given(source: Source, column: str) -> "Expectation":
    # Text of spaces alone sorts before `!`, which DuckDB decides from the minimum of whole blocks of rows.
    return no_rows(
        source,
        check=f"{column}_given",
        column=column,
        sample_of="row",
        description=f"no row lacks its {column}",
        query=f"""
            select _row_number as "row", "{column}", _row_number
            from {{batch}}
            where "{column}" is null or ("{column}" < '!' and trim("{column}") = '')
        """,
    )


def check_name(source: Source, rule: Rule) -> str:
    """Return the rule's reason, with its column where another rule of the source has the same one."""
    is_shared = sum(other.reason == rule.reason for other in source.rules) > 1
    return f"{rule.reason}_{rule.column}" if is_shared else rule.reason


def _ruled(source: Source, rule: Rule, check: str) -> "Expectation":
    accepts = rule.accepts.replace("{", "{{").replace("}", "}}")
    return no_rows(
        source,
        check=check,
        column=rule.column,
        sample_of=source.key,
        description=f"no row has an {rule.reason.replace('_', ' ')}",
        query=f"""
            select "{source.key}", "{rule.column}", _row_number
            from {{batch}}
            where ({accepts}) is not true
        """,
    )


def unique_key(source: Source) -> "Expectation":
    """Return that no two rows that would enter `raw` have the same key."""
    key = f'"{source.key}"'
    return no_rows(
        source,
        check="unique_key",
        column=source.key,
        sample_of=source.key,
        description=f"every {source.key} is loaded once",
        query=f"""
            select {key}, _row_number
            from {{batch}}
            where
                not _is_duplicate
                and {key} in (
                    select {key}
                    from {{batch}}
                    where not _is_duplicate
                    group by {key}
                    having count(*) > 1
                )
        """,
    )


def no_repeated_key(source: Source) -> "Expectation":
    """Return the warning that the file repeats a key, exact duplicates included."""
    key = f'"{source.key}"'
    return no_rows(
        source,
        check="repeated_rows",
        column=source.key,
        sample_of=source.key,
        severity=WARNING,
        description=f"no row repeats the {source.key} of an earlier one",
        query=f"""
            select {key}, _row_number
            from {{batch}}
            where
                {key} is null
                or {key} in (
                    select {key}
                    from {{batch}}
                    group by {key}
                    having count(*) > 1
                )
            qualify row_number() over (partition by {key} order by _row_number) > 1
        """,
    )


def few_of_a_new_value(source: Source, rule: Rule) -> "Expectation":
    """Return the warning that one unknown value of a column makes up more than MAX_NEW_VALUE_PCT of a file.

    Its rows are rejected; that many of one value are rather a name that has changed at the source.
    """
    rejected = f"""
        from delivered.rejected_rows
        where source = '{source.name}' and reason = '{rule.reason}'
    """
    return no_rows(
        source,
        check=f"new_{rule.column}",
        column=rule.column,
        sample_of=rule.column,
        severity=WARNING,
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


def no_rows(
    source: Source,
    *,
    check: str,
    column: str,
    sample_of: str,
    description: str,
    query: str,
    severity: str = CRITICAL,
    population: str | None = None,
) -> "Expectation":
    """Return that the query finds no rows; it gives the `_row_number` of each.

    The other arguments are what `meta` names, see above.
    """
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"select * from ({query}) order by _row_number",
        severity=FailureSeverity(severity),
        description=description,
        meta={
            "check": check,
            "column": column,
            "sample_of": sample_of,
            "population": population or f"select count(*) from delivered.{source.name}",
        },
    )
