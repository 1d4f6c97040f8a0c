"""The extent of the data, the number of rows not accepted, and the verdict of the quality gate."""

from include.mentoring.report.narrative.formatting import count, listed
from include.mentoring.report.results import Results

NOT_AVAILABLE = "The quality gate's results for this run are not available."
SAMPLE = "These figures come from the sample delivery, which is synthetic."


def data(results: Results) -> list[str]:
    """Return sentences on the extent of the data and the gate's verdict."""
    return [*_extent(results), *_rows(results), gate(results)]


def gate(results: Results) -> str:
    """Return the quality gate's verdict in a sentence."""
    verdict = results["gate"]
    if verdict is None:
        return NOT_AVAILABLE
    checks, failed = count(verdict["checks"], "check"), len(verdict["failed"])
    if not verdict["passed"]:
        return (
            f"The quality gate refused this run's delivery ({failed} of {checks} failed), so the figures"
            " cover what was accepted before."
        )
    if failed:
        return f"The quality gate passed this run's delivery with {count(failed, 'warning')} in {checks}."
    return f"The quality gate passed this run's delivery without a warning in {checks}."


def _extent(results: Results) -> list[str]:
    end = results["observation_end"]
    return [f"Data up to {end}, the time of the latest event."] if end else ["There are no events."]


def _rows(results: Results) -> list[str]:
    names = {
        "rows_in_file": "in the files",
        "rows_loaded": "loaded",
        "rows_duplicate": "left out as exact duplicates",
        "rows_rejected": "rejected",
    }
    sums = [f"{sum(row[key] for row in results['files']):,} {name}" for key, name in names.items()]
    return [f"Rows: {listed(sums)}."] if results["files"] else []
