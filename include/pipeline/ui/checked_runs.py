"""Reads what the gate and dbt found, run by run, from the results that they keep."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from include.pipeline.core.settings import settings
from include.pipeline.publish import versions
from include.pipeline.quality import dbt_results, verdict_files
from include.pipeline.quality.dbt_results import FAILED, PASSED, WARNED, DbtResults
from include.pipeline.quality.verdict import Verdict
from include.pipeline.ui.page_templates import seconds_utc

Found = TypeVar("Found")


@dataclass(frozen=True)
class CheckedRun:
    """What the gate and dbt found in one run.

    Attributes:
        file: name of its files of results.
        checked_at: when the latest was written, in UTC.
        verdict: None where the gate has not judged, or its verdict cannot be read.
        dbt: None where dbt has not ended, or its results cannot be read.
        version: number of the version that the run published, if that is kept.
    """

    file: str
    checked_at: str
    verdict: Verdict | None
    dbt: DbtResults | None
    version: int | None = None

    @property
    def run_id(self) -> str | None:
        """Id of the run; None where its results cannot be read."""
        found = self.verdict or self.dbt
        return found.run_id if found else None

    @property
    def has_failed(self) -> bool:
        """True where nothing of the run may be published."""
        if self.verdict and not self.verdict.passed:
            return True
        return self.dbt is not None and any(node.outcome == FAILED for node in self.dbt.nodes)

    @property
    def ending(self) -> str:
        """How the run ended, in words."""
        if self.verdict and not self.verdict.passed:
            refusals, checks = len(self.verdict.refusals), len(self.verdict.checks)
            return f"refused: {refusals} of {checks} checks of the gate failed"
        if self.dbt is None:
            return "accepted by the gate, dbt has not ended" if self.verdict else "its results cannot be read"
        if self.has_failed:
            counts = (
                (sum(node.outcome == FAILED for node in nodes), len(nodes), kind)
                for nodes, kind in ((self.dbt.models, "models"), (self.dbt.tests, "tests"))
            )
            failed = " and ".join(f"{count} of {total} dbt {kind}" for count, total, kind in counts if count)
            return f"failed: {failed} failed"
        if self.version is not None:
            return f"published version {self.version}"
        passed = sum(node.outcome in (PASSED, WARNED) for node in self.dbt.tests)
        trial = "a trial run: " if self.dbt.is_trial else ""
        return f"{trial}{passed} of {len(self.dbt.tests)} dbt tests passed"


def newest(limit: int) -> tuple[list[CheckedRun], int]:
    """Return the newest runs with results, the newest first, and how many there are in all."""
    judged, built = _written(settings().quality_dir / "results"), _written(dbt_results.folder())
    times = {name: max(judged.get(name, 0), built.get(name, 0)) for name in judged | built}
    names = sorted(times, key=lambda name: (times[name], name), reverse=True)
    numbers = {
        version.manifest.get("build", {}).get("invocation_id"): version.number
        for version in (versions.kept() if names else ())
    }
    return [_run(name, judged.get(name), built.get(name), numbers) for name in names[:limit]], len(names)


def _run(name: str, judged_at: float | None, built_at: float | None, numbers: dict[str, int]) -> CheckedRun:
    checked_at = seconds_utc(max(judged_at or 0, built_at or 0))
    try:
        verdict = _read(verdict_files.read, settings().quality_dir / "results" / name, judged_at)
        dbt = _read(dbt_results.read, dbt_results.folder() / name, built_at)
    except (OSError, ValueError, LookupError, TypeError):
        return CheckedRun(name, checked_at, None, None)
    # A cleared run keeps its name, and all commands share one: the older file may be of an earlier try.
    if judged_at and built_at and judged_at > built_at:
        dbt = None
    elif verdict and dbt and not verdict.passed:
        verdict = None
    return CheckedRun(name, checked_at, verdict, dbt, numbers.get(dbt.invocation_id) if dbt else None)


def _read(read: Callable[[Path], Found], path: Path, written_at: float | None) -> Found | None:
    return None if written_at is None else read(path)


def _written(folder: Path) -> dict[str, float]:
    """The files of a folder, and when each was written; a run may remove old ones meanwhile."""
    written = {}
    for path in folder.glob("*.json"):
        try:
            written[path.name] = path.stat().st_mtime
        except FileNotFoundError:
            continue
    return written
