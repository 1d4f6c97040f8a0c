"""Reads the outcome of the checkpoint: from Great Expectations' results to `Check` rows.

How `result` and `exception_info` are nested differs by expectation and is documented in part only, so
nothing else reads them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.settings import settings
from include.pipeline.ingest.reader_limits import shown
from include.pipeline.quality.verdict import Check

if TYPE_CHECKING:
    from great_expectations.checkpoint import CheckpointResult

MAX_SAMPLE = 5


def checks(result: "CheckpointResult") -> tuple[Check, ...]:
    """Return the outcome of every expectation of a checkpoint on the landing, in the order of its suites."""
    runs: Any = result.run_results.values()
    suites: Any = [validation.suite for validation in result.checkpoint_config.validation_definitions]
    outcomes = {
        (run.suite_name, outcome.expectation_config.meta["check"]): outcome
        for run in runs
        for outcome in run.results
    }
    with warehouse.connect(settings().landing_path, read_only=True) as connection:
        return tuple(
            _check(connection, suite.name, expectation, outcomes[suite.name, expectation.meta["check"]])
            for suite in suites
            for expectation in suite.expectations
        )


def _check(connection: duckdb.DuckDBPyConnection, table: str, expectation: Any, result: Any) -> Check:
    meta = expectation.meta
    error = next(_errors(result.exception_info or {}), None)
    observed = (result.result or {}).get("observed_value")
    details = (result.result or {}).get("details") or {}
    rows = _count(connection, meta["population"]) if "population" in meta else None
    sample = [shown(str(row[meta["sample_of"]])) for row in details.get("unexpected_rows", [])]
    return Check(
        table=table,
        column=expectation.column,
        name=meta["check"],
        description=expectation.description,
        severity=expectation.severity.value,
        passed=bool(result.success) and error is None,
        failed_rows=observed if "population" in meta else None,
        rows=rows,
        sample_of=meta["sample_of"],
        sample=tuple(dict.fromkeys(sample))[:MAX_SAMPLE],
        error=error,
    )


def _errors(exception_info: dict[str, Any]) -> Iterator[str]:
    """The first line of each exception: Great Expectations nests them by metric, or does not."""
    if exception_info.get("raised_exception"):
        yield " ".join(str(exception_info["exception_message"]).split("\n")[0].split())
    for nested in exception_info.values():
        if isinstance(nested, dict):
            yield from _errors(nested)


def _count(connection: duckdb.DuckDBPyConnection, population: str) -> int | None:
    try:
        counted = connection.execute(population).fetchone()
    except duckdb.Error:
        # The check itself cannot run either, and says why.
        return None
    return counted[0] if counted else None
