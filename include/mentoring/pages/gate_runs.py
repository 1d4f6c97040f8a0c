"""Reads what the quality gate found, run by run, from the results that it keeps whatever its verdict."""

from dataclasses import dataclass
from pathlib import Path

from include.mentoring.gate import results
from include.mentoring.gate.verdict import Verdict
from include.mentoring.pages.render import seconds_utc
from include.mentoring.settings import settings


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
        return results.read(path)
    except (OSError, ValueError, LookupError, TypeError):
        return None
