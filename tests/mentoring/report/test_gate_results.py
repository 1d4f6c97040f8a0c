"""The gate's results of a run: its failed checks with their findings, or None."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from include.mentoring.report import gate_results
from include.mentoring.report.narrative import data
from include.mentoring.report.results import Results, read
from include.pipeline.quality import verdict_files
from include.pipeline.quality.verdict import Check

PASSED = Check("users", None, "has_rows", "there are rows", "critical", True, None, 9, "row", (), None)
WARNED = Check(
    "events", "user_id", "known", "a user", "warning", False, 2, 9, "user_id", ("9999", "<b>"), None
)
BROKEN = Check("events", None, "judged", "is so", "critical", False, None, None, "row", (), "no such column")


def leave(run_id: str, checks: list[Check], passed: bool = True) -> None:
    """Write the gate's results file of the run."""
    path = verdict_files.path(run_id)
    path.parent.mkdir(parents=True)
    document: dict[str, Any] = {"run_id": run_id, "passed": passed, "checks": list(map(asdict, checks))}
    path.write_text(json.dumps(document), encoding="utf-8")


def test_failed_checks_say_what_they_found(publish: Callable[..., None]) -> None:
    """The count of all checks, and the place, rule, severity and finding of each failed one."""
    publish()
    leave("run 1", [PASSED, WARNED])
    assert read("run 1")["gate"] == {
        "run_id": "run 1",
        "passed": True,
        "checks": 2,
        "failed": [
            {
                "table": "events",
                "column": "user_id",
                "check": "known",
                "rule": "a user",
                "severity": "warning",
                "finding": "fails for 2 of 9 rows (user_id: 9999, <b>)",
            }
        ],
    }


def test_another_runs_results_are_not_taken(publish: Callable[..., None]) -> None:
    """A report never shows the checks of another run."""
    publish()
    leave("run 1", [PASSED])
    assert gate_results.read("run 2") is None
    assert read("run 2")["gate"] is None


@pytest.mark.parametrize(
    ("checks", "passed", "sentence"),
    [
        ([PASSED], True, "The quality gate passed this run's delivery without a warning in 1 check."),
        ([PASSED, WARNED], True, "The quality gate passed this run's delivery with 1 warning in 2 checks."),
        (
            [PASSED, BROKEN, WARNED],
            False,
            "The quality gate refused this run's delivery (2 of 3 checks failed), so the figures cover what"
            " was accepted before.",
        ),
        (None, True, "The quality gate's results for this run are not available."),
    ],
)
def test_the_verdict_is_said(
    checks: list[Check] | None, passed: bool, sentence: str, results: Callable[..., Results]
) -> None:
    """Passed, warned, refused, or not available."""
    results()
    if checks is not None:
        leave("a run", checks, passed)
    assert data(read("a run"))[-1] == sentence
