"""Judges the landed delivery and keeps what it found: the gate, with or without Airflow."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from include.mentoring import landing, ledger
from include.mentoring.errors import DeliveryRefused
from include.mentoring.files import write_atomically
from include.mentoring.gate import data_docs, outcome
from include.mentoring.gate.verdict import Check, Verdict
from include.mentoring.guard import guarded
from include.mentoring.runs import file_name
from include.mentoring.settings import settings

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext


@guarded
def validate(run_id: str, run_checkpoint: "Callable[[EphemeralDataContext], None] | None" = None) -> Verdict:
    """Judge the landed delivery; write the results and the Data Docs, whatever the verdict.

    Args:
        run_id: of the run that landed it; names the results file.
        run_checkpoint: configures and runs the checkpoint in the given context; by default plainly.

    Returns:
        The verdict, where the delivery may be accepted.

    Raises:
        DeliveryRefused: a critical check failed or could not run; the refusal stands in the ledger.
        WarehouseInvalid: nothing has landed.
    """
    landing.require(run_id)
    # Before the import: it logs some 200 lines a run otherwise.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    from include.mentoring.gate import checkpoint

    quality_dir = settings().quality_dir
    being_built = quality_dir / "data_docs.next"
    context = checkpoint.new_context(being_built)
    try:
        if run_checkpoint:
            run_checkpoint(context)
        else:
            checkpoint.configure(context).run()
    finally:
        checkpoint.release(context)
    verdict = _keep(run_id, outcome.checks(context))
    if not verdict.passed:
        ledger.refuse_landed(verdict.refusal)
    data_docs.build(context, verdict, being_built, quality_dir / "data_docs")
    if not verdict.passed:
        raise DeliveryRefused(verdict.refusal)
    return verdict


def results_path(run_id: str) -> Path:
    """Return where the results of the run are kept."""
    return settings().quality_dir / "results" / f"{file_name(run_id)}.json"


def _keep(run_id: str, checks: tuple[Check, ...]) -> Verdict:
    verdict = Verdict(run_id, checks, results_path(run_id))
    document = {
        "run_id": run_id,
        "passed": verdict.passed,
        "checks": [asdict(check) for check in checks],
    }
    write_atomically(verdict.results_path, json.dumps(document, indent=2))
    return verdict
