"""Reads what the quality gate found, run by run, from the results that it keeps for every verdict."""

from dataclasses import dataclass
from pathlib import Path

from include.pipeline.core.settings import settings
from include.pipeline.quality import verdict_files
from include.pipeline.quality.verdict import Verdict
from include.pipeline.ui.page_templates import seconds_utc


@dataclass(frozen=True)
class GateRun:
    """The gate's work in one run.

    Attributes:
        file: name of the results file.
        judged_at: when it was written, in UTC.
        verdict: None where the file cannot be read.
    """

    file: str
    judged_at: str
    verdict: Verdict | None


def newest(limit: int) -> tuple[list[GateRun], int]:
    """Return the newest runs that the gate has judged, the newest first, and how many there are in all."""
    paths = (settings().quality_dir / "results").glob("*.json")
    written = sorted(((path.stat().st_mtime, path) for path in paths), reverse=True)
    return [GateRun(path.name, seconds_utc(time), _read(path)) for time, path in written[:limit]], len(
        written
    )


def _read(path: Path) -> Verdict | None:
    try:
        return verdict_files.read(path)
    except (OSError, ValueError, LookupError, TypeError):
        return None
