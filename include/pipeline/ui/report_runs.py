"""Reads the runs that have a report from the folder of the reports."""

import json
from dataclasses import dataclass
from pathlib import Path

from include.pipeline.core.declaration import load
from include.pipeline.core.run_names import LATEST
from include.pipeline.core.settings import declared, settings
from include.pipeline.ui.folders import find
from include.pipeline.ui.page_templates import seconds_utc


@dataclass(frozen=True)
class Outcome:
    """What a run's report says in short.

    Attributes:
        run_id: of the run.
        origin: of the data, sample or own.
        observation_end: as the report has it; None where there is no event.
        trial: what the run tried out; None for a standard run.
        rates: of each of the report's `columns`, in percent; None where it has none.
    """

    run_id: str
    origin: str
    observation_end: str | None
    trial: str | None
    rates: tuple[float | None, ...]


@dataclass(frozen=True)
class Run:
    """A run with a report.

    Attributes:
        folder: name of its folder.
        written_at: when its results were written, in UTC.
        is_latest: whether `latest` points at it.
        outcome: None where its results cannot be read.
    """

    folder: str
    written_at: str
    is_latest: bool
    outcome: Outcome | None


def newest(limit: int) -> tuple[list[Run], int]:
    """Return the newest runs that have a report, the newest first, and how many there are in all."""
    report_dir = settings().report_dir
    results_file = declared().report.results
    latest = find(report_dir, LATEST, results_file)
    # Names that begin with a dot are folders still being written.
    found = {
        folder.name: results
        for folder in (report_dir.iterdir() if report_dir.is_dir() else ())
        if folder.name != LATEST
        and not folder.name.startswith(".")
        and (results := find(report_dir, folder.name, results_file))
    }
    times = {name: _written(path) for name, path in found.items()}
    names = sorted(found, key=lambda name: (times[name], name), reverse=True)
    runs = [
        Run(name, seconds_utc(times[name]), found[name] == latest, _read(found[name]))
        for name in names[:limit]
    ]
    return runs, len(names)


def latest_rates() -> tuple[float | None, ...]:
    """Return the rates of the latest report, of each of its `columns`; None where it has none."""
    path = find(settings().report_dir, LATEST, declared().report.results)
    outcome = _read(path) if path else None
    return outcome.rates if outcome else (None,) * len(declared().report.columns)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        # A run that rewrites its report has removed it meanwhile.
        return 0


def _read(path: Path) -> Outcome | None:
    report = declared().report
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        rates = load(report.rates)(results) if report.rates else {}
        return Outcome(
            results["run_id"],
            results["origin"],
            results["observation_end"],
            results.get("trial"),
            tuple(None if rates.get(name) is None else float(rates[name]) for name in report.columns),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
