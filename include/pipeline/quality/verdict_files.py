"""The verdicts of the quality gate, kept as one JSON file a run."""

import json
from dataclasses import asdict
from pathlib import Path

from include.pipeline.core.atomic_files import write_atomically
from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import settings
from include.pipeline.quality.verdict import Check, Verdict


def path(run_id: str) -> Path:
    """Return where the verdict of the run is kept."""
    return settings().quality_dir / "results" / f"{file_name(run_id)}.json"


def write(verdict: Verdict) -> None:
    """Keep the verdict at its `results_path`, in place of an earlier one of the same run."""
    document = {
        "run_id": verdict.run_id,
        "passed": verdict.passed,
        "checks": [asdict(check) for check in verdict.checks],
    }
    write_atomically(verdict.results_path, json.dumps(document, indent=2))


def read(path: Path) -> Verdict:
    """Return the verdict in a file.

    Raises:
        OSError: the file cannot be read.
        ValueError, LookupError, TypeError: it holds no verdict.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    checks = (Check(**{**check, "sample": tuple(check["sample"])}) for check in document["checks"])
    return Verdict(document["run_id"], tuple(checks), path)
