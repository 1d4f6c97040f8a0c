"""What the head of the report warns of, before any figure: also on the screen, in the UI and in an alert."""

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.results import Results

# Checks of the gate that put figures in doubt, and not only single rows.
HEAD_CHECKS = ("new_event_type", "new_status", "new_tier")
IMPLAUSIBLE_CHECKS = (
    "few_recurring",
    "few_vanished",
    "no_doubling",
    "complete_export",
    "lost_event_type",
    "steady_event_type",
    "sessions_end",
    "spread_over_the_day",
    "steady_hours",
    "few_before_signup",
)


def warnings(results: Results) -> list[str]:
    """Return a sentence for each doubt about the data as a whole; none where there is no doubt."""
    return [*_stale(results), *_new_values(results), *_implausible(results)]


def _new_values(results: Results) -> list[str]:
    return [
        f"A value of {check['table']}.{check['column']} is unknown and its rows are left out: the check"
        f' "{check["rule"]}" {check["finding"]}. It may have been renamed at the source.'
        for check in _failed(results, HEAD_CHECKS)
    ]


def _implausible(results: Results) -> list[str]:
    return [
        f'The delivery of {check["table"]} may be wrong as a whole: the check "{check["rule"]}"'
        f" {check['finding']}. Check it at the source."
        for check in _failed(results, IMPLAUSIBLE_CHECKS)
    ]


def _failed(results: Results, names: tuple[str, ...]) -> list[dict[str, str]]:
    failed = results["gate"]["failed"] if results["gate"] else []
    return [check for check in failed if check["check"] in names]


def _stale(results: Results) -> list[str]:
    staleness, limit = results["staleness_days"], results["parameters"]["stale_after_days"]
    if staleness is None or staleness <= limit:
        return []
    return [
        f"The data may be out of date: the latest event is from {results['observation_end']},"
        f" {count(staleness, 'day')} before the end of the latest data date, {results['latest_data_date']}."
        f" Expected at most {count(limit, 'day')} (stale_after_days): the clock or the export of the booking"
        " tool may have stopped."
    ]
