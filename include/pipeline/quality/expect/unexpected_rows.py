"""How an expectation on rows is made: a query for the rows that break it.

It counts all of them but fetches few. The `meta` of each names its `check`, what a sample of its rows shows
(`sample_of`), and, where it is about rows, a query for how many those are (`population`).

Imports Great Expectations: import it only where the gate runs.
"""

import great_expectations.expectations as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from include.pipeline.core.source import Source
from include.pipeline.quality.verdict import WARNING


class ExpectNoRows(gxe.UnexpectedRowsExpectation):
    """A query finds no rows; each subclass is one rule, by whose name results and pages call it.

    Attributes:
        column: the column it judges, under which Data Docs list it.
    """

    column: str


def no_rows(
    kind: type[ExpectNoRows],
    source: Source,
    *,
    check: str,
    column: str,
    description: str,
    query: str,
    sample_of: str | None = None,
    severity: str = WARNING,
    population: str = "select count(*) from {batch}",
) -> ExpectNoRows:
    """Return that the query finds no rows; it gives the `_row_number` of each.

    Args:
        kind: the rule.
        source: whose table it judges: `{batch}` in the queries.
        sample_of: a column of the query; by default the one that is judged.
        population: a query for how many rows it is about; by default all that landed.
        check, column, description, query, severity: see above.
    """
    return kind(
        unexpected_rows_query=f"select * from ({query}) order by _row_number",
        severity=FailureSeverity(severity),
        description=description,
        column=column,
        meta={
            "check": check,
            "sample_of": sample_of or column,
            "population": population.format(batch=f"delivered.{source.name}"),
        },
    )


def no_finding(
    kind: type[ExpectNoRows],
    *,
    check: str,
    column: str,
    description: str,
    query: str,
    sample_of: str = "found",
) -> ExpectNoRows:
    """Return the warning that the query finds nothing about the file as a whole.

    `sample_of` names the column of the query that has what it finds.
    """
    return kind(
        unexpected_rows_query=f"select * from ({query})",
        severity=FailureSeverity(WARNING),
        description=description,
        column=column,
        meta={"check": check, "sample_of": sample_of},
    )
