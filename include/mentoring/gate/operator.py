"""The gate as an Airflow task; Great Expectations is imported only when it executes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from great_expectations_provider.common.errors import GXValidationFailed
from great_expectations_provider.operators.validate_checkpoint import GXValidateCheckpointOperator

if TYPE_CHECKING:
    from airflow.sdk import Context
    from great_expectations import Checkpoint
    from great_expectations.data_context import EphemeralDataContext


class QualityGateOperator(GXValidateCheckpointOperator):
    """Judges the landed delivery; refuses it when a critical check fails or cannot run.

    Arguments are those of every operator. Whatever the DAG's default, it is not retried unless its
    own `retries` says so: the same rows fail the same way.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(configure_checkpoint=_configure, **{"retries": 0, **kwargs})

    def execute(self, context: Context) -> dict[str, Any]:
        """Run the gate.

        Returns:
            How many checks there were, the failed warnings as text, and the path of the results.

        Raises:
            DeliveryRefused: the delivery must not be accepted; the refusal stands in the ledger.
            WarehouseInvalid: nothing has landed.
        """
        from include.mentoring.gate.validate import validate

        verdict = validate(context["run_id"], self._run_checkpoint)
        for warning in verdict.warnings:
            self.log.warning("%s", warning)
        self.log.info("%s", verdict.summary)
        return {
            "checks": len(verdict.checks),
            "warnings": [str(warning) for warning in verdict.warnings],
            "results": str(verdict.results_path),
        }

    def _run_checkpoint(self, gx_context: EphemeralDataContext) -> None:
        """Run the checkpoint as the provider does; its failure and XCom are left to the verdict."""
        self.context_type = "file"
        self.configure_file_data_context = lambda: gx_context
        # Its failure knows no severity.
        with contextlib.suppress(GXValidationFailed):
            super().execute({"ti": _NoXCom()})


class _NoXCom:
    """Stands in for the task instance, to which the provider pushes the rows of its results."""

    def xcom_push(self, key: str, value: Any) -> None:
        pass


def _configure(gx_context: EphemeralDataContext) -> Checkpoint:
    from include.mentoring.gate import checkpoint

    return checkpoint.configure(gx_context)
