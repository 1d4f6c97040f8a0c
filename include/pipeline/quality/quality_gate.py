"""What makes a Great Expectations checkpoint the quality gate: it judges by severity, stores the
verdict, and refuses.

Two things here are not in the documentation of Great Expectations. That its models are pydantic's of
version 1: the checkpoint holds the landing open, which is no field of it. That the provider pushes
`CheckpointResult.describe_dict()` to XCom, by default with every failed row that was fetched.

Imports Great Expectations: import it only where the gate runs.
"""

from contextlib import ExitStack
from typing import Any, Literal

import great_expectations as gx
from great_expectations.checkpoint import ActionContext, CheckpointResult, ValidationAction
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.core.suite_parameters import SuiteParameterDict
from pydantic.v1 import PrivateAttr

from include.pipeline.core.atomic_files import write_atomically
from include.pipeline.core.errors import DeliveryRefused
from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import settings
from include.pipeline.ingest import ledger
from include.pipeline.quality import outcome, verdict_files, verdict_page
from include.pipeline.quality.verdict import Verdict


class KeepVerdict(ValidationAction):
    """Writes the verdict to the results of the run and to the page, and a refusal to the ledger."""

    type: Literal["keep_verdict"] = "keep_verdict"
    run_id: str

    def run(
        self, checkpoint_result: CheckpointResult, action_context: ActionContext | None = None
    ) -> dict[str, Any]:
        """Keep the verdict on what the checkpoint found; return whether the delivery passed."""
        verdict = Verdict(self.run_id, outcome.checks(checkpoint_result), verdict_files.path(self.run_id))
        verdict_files.write(verdict)
        if not verdict.passed:
            ledger.refuse_landed(verdict.refusal)
        write_atomically(settings().quality_dir / verdict_page.FILE_NAME, verdict_page.render(verdict))
        return {"passed": verdict.passed}


class QualityGate(gx.Checkpoint):
    """A checkpoint that critical checks and those that cannot run fail, and warnings do not."""

    _resources: ExitStack = PrivateAttr(default_factory=ExitStack)

    def release_after_run(self, resources: ExitStack) -> None:
        """Close the resources after the checkpoint has run, whether or not it succeeded."""
        self._resources = resources

    def run(
        self,
        batch_parameters: dict[str, Any] | None = None,
        expectation_parameters: SuiteParameterDict | None = None,
        run_id: RunIdentifier | None = None,
    ) -> CheckpointResult:
        """Run the checkpoint and its actions, by default under the name of the run that landed the delivery.

        Raises:
            DeliveryRefused: a critical check failed or could not run; the refusal stands in the ledger.
        """
        (keep,) = (action for action in self.actions if isinstance(action, KeepVerdict))
        with self._resources:
            named = run_id or RunIdentifier(run_name=file_name(keep.run_id))
            result = super().run(batch_parameters, expectation_parameters, named)
        verdict = verdict_files.read(verdict_files.path(keep.run_id))
        if not verdict.passed:
            raise DeliveryRefused(verdict.refusal)
        return _Passed(**{**dict(result), "success": True}, summary=_summary(verdict))


class _Passed(CheckpointResult):
    """A result without a failure but warnings, described in a few words."""

    summary: dict[str, Any]

    def describe_dict(self) -> Any:
        return self.summary


def _summary(verdict: Verdict) -> dict[str, Any]:
    return {
        "checks": len(verdict.checks),
        "warnings": [str(warning) for warning in verdict.warnings],
        "results": str(verdict.results_path),
    }
