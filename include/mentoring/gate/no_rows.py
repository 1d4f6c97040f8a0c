"""The expectation that a query finds no rows.

Imports Great Expectations: import it only where one is made.
"""

from typing import Any, ClassVar

from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation

ROWS = "unexpected_rows_query.table"
# The column in which each row that the query finds says how many there are.
COUNT = "failed_rows"


class ExpectNoRows(UnexpectedRowsExpectation):
    """Great Expectations' own, with its query run once: the rows tell how many they are."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (ROWS,)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine | None = None,
    ) -> dict[str, Any]:
        rows = metrics[ROWS]
        count = rows[0][COUNT] if rows else 0
        return {
            "success": not count,
            "result": {
                "observed_value": count,
                "details": {
                    "unexpected_rows": [
                        {name: value for name, value in row.items() if name != COUNT} for row in rows
                    ]
                },
            },
        }
