"""How an expectation on rows is made: a query for the rows that break it.

It counts all of them but fetches few. The `meta` of each names its `check` and `column`, what a sample of
its rows shows (`sample_of`), and, where it is about rows, a query for how many those are (`population`).

Imports Great Expectations: import it only where the gate runs.
"""

import great_expectations.expectations as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from include.pipeline.core.source import Source
from include.pipeline.quality.verdict import CRITICAL


class ExpectNoRows(gxe.UnexpectedRowsExpectation):
    """A query finds no rows; each subclass is one rule, by whose name results and pages call it."""


def no_rows(
    kind: type[ExpectNoRows],
    source: Source,
    *,
    check: str,
    column: str,
    sample_of: str,
    description: str,
    query: str,
    severity: str = CRITICAL,
    population: str | None = None,
) -> ExpectNoRows:
    """Return that the query finds no rows; it gives the `_row_number` of each.

    Args:
        kind: the rule.
        source: whose table it judges.
        population: how many rows it is about; by default all that landed.
        check, column, sample_of, description, query, severity: see above.
    """
    return kind(
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


def no_finding(
    kind: type[ExpectNoRows],
    *,
    check: str,
    column: str | None,
    sample_of: str,
    description: str,
    query: str,
    severity: str,
) -> ExpectNoRows:
    """Return that the query finds nothing about the file as a whole; `sample_of` names what it finds."""
    return kind(
        unexpected_rows_query=f"select * from ({query})",
        severity=FailureSeverity(severity),
        description=description,
        meta={"check": check, "column": column, "sample_of": sample_of},
    )
