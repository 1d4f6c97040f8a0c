"""Judges the landed delivery: the gate, with or without Airflow."""

import logging
from collections.abc import Callable

from include.pipeline.core.stage import guarded
from include.pipeline.ingest import landing_tables
from include.pipeline.quality import verdict_files
from include.pipeline.quality.verdict import Verdict


@guarded
def validate(run_id: str, run_checkpoint: Callable[[], object] | None = None) -> Verdict:
    """Judge the landed delivery; the verdict is kept whatever it is.

    Args:
        run_id: of the run that landed it.
        run_checkpoint: configures and runs the checkpoint; by default plainly.

    Returns:
        The verdict, where the delivery may be accepted.

    Raises:
        DeliveryRefused: a critical check failed or could not run; the refusal stands in the ledger.
        WarehouseInvalid: nothing has landed.
    """
    landing_tables.require(run_id)
    # Before the import: it logs some 200 lines a run otherwise.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    (run_checkpoint or _run_checkpoint)()
    return verdict_files.read(verdict_files.path(run_id))


def _run_checkpoint() -> None:
    import great_expectations as gx

    from include.pipeline.quality import checkpoint

    checkpoint.configure(gx.get_context(mode="ephemeral")).run()
