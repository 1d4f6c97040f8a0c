"""What the quality gate found in a run, from the results file it left behind."""

from typing import Any

from include.pipeline.quality import verdict_files


def read(run_id: str) -> dict[str, Any] | None:
    """Return the gate's results of the run, or None where the run has left none.

    Returns:
        `run_id`, `passed`, the number of `checks`, and each failed one with what it found.
    """
    path = verdict_files.path(run_id)
    if not path.exists():
        return None
    verdict = verdict_files.read(path)
    return {
        "run_id": verdict.run_id,
        "passed": verdict.passed,
        "checks": len(verdict.checks),
        "failed": [
            {
                "table": check.table,
                "column": check.column,
                "check": check.name,
                "rule": check.description,
                "severity": check.severity,
                "finding": check.finding,
            }
            for check in verdict.checks
            if not check.passed
        ],
    }
