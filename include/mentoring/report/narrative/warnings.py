"""What the head of the report warns of, before any figure: also on the screen, in the UI and in an alert."""

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.results import Results


def warnings(results: Results) -> list[str]:
    """Return a sentence for each doubt about the data as a whole; none where there is no doubt."""
    staleness, limit = results["staleness_days"], results["parameters"]["stale_after_days"]
    if staleness is None or staleness <= limit:
        return []
    return [
        f"The data may be out of date: the latest event is of {results['observation_end']},"
        f" {count(staleness, 'day')} before the end of the latest data date, {results['latest_data_date']}."
        f" Expected at most {count(limit, 'day')} (stale_after_days): the clock or the export of the booking"
        " tool may have stopped."
    ]
