"""The results of a run's quality gate, from the file that the gate wrote."""

from typing import Any

from include.pipeline.quality import verdict_files


def read(run_id: str) -> dict[str, Any] | None:
    """Return the gate's results of the run, or None if it wrote none.

    Returns:
        `run_id`, `passed`, the number of `checks`, and under `failed` each failed check with its finding.
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
