"""The gate as an Airflow task; Great Expectations is imported only when it executes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from great_expectations_provider.operators.validate_checkpoint import GXValidateCheckpointOperator

if TYPE_CHECKING:
    from airflow.sdk import Context
    from great_expectations import Checkpoint
    from great_expectations.data_context import AbstractDataContext


class QualityGateOperator(GXValidateCheckpointOperator):
    """Judges the landed delivery; refuses it when a critical check fails or cannot run.

    Arguments are those of every operator. Whatever the DAG's default, it is not retried unless its
    own `retries` says so: the same rows fail the same way.

    Its XCom has how many `checks` there were, the failed `warnings` as text, and the path of the `results`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(configure_checkpoint=_configure, **{"retries": 0, **kwargs})

    def execute(self, context: Context) -> None:
        """Run the gate as its provider does.

        Raises:
            DeliveryRefused: the delivery must not be accepted; the refusal stands in the ledger.
            WarehouseInvalid: nothing has landed.
        """
        from include.pipeline.quality.validate import validate

        verdict = validate(context["run_id"], partial(super().execute, context))
        for warning in verdict.warnings:
            self.log.warning("%s", warning)
        self.log.info("%s", verdict.summary)


def _configure(gx_context: AbstractDataContext) -> Checkpoint:
    from include.pipeline.quality import checkpoint

    return checkpoint.configure(gx_context)
