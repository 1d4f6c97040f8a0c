"""What the quality gate found in a run, from the results file it left behind."""

import json
from typing import Any

from include.mentoring.gate.validate import results_path
from include.mentoring.gate.verdict import Check


def read(run_id: str) -> dict[str, Any] | None:
    """Return the gate's results of the run, or None where the run has left none.

    Returns:
        `run_id`, `passed`, the number of `checks`, and each failed one with what it found.
    """
    path = results_path(run_id)
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    checks = [Check(**{**check, "sample": tuple(check["sample"])}) for check in document["checks"]]
    return {
        "run_id": document["run_id"],
        "passed": document["passed"],
        "checks": len(checks),
        "failed": [
            {
                "table": check.table,
                "column": check.column,
                "check": check.name,
                "rule": check.description,
                "severity": check.severity,
                "finding": check.finding,
            }
            for check in checks
            if not check.passed
        ],
    }
