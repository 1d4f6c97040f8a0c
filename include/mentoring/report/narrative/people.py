"""Sentences on users: how many can still be won, and how many never had a session."""

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.results import Results

# A lower chance is printed as 0.0 %.
SHOWN_PCT = 0.05


def users_at_risk(results: Results) -> list[str]:
    """Return sentences on how many users are at risk, have no session, or are dormant."""
    number, checks = len(results["users_at_risk"]), results["checks"]
    days = results["parameters"]["rebooking_window_days"]
    dormant, without = checks["dormant_users"], checks["users_without_session"]
    chances = [row["return_pct"] for row in results["users_at_risk"] if row["return_pct"] is not None]
    hopeless = "A chance of 0.0 % means that nobody of the tier has come back as late, not that none can."
    return [
        f"{count(number, 'user')} with an active account had the last session in the last {days} days of the"
        f" data and {'has' if number == 1 else 'have'} no booking that is pending or to come.",
        f"{count(without, 'user')} {'has' if without == 1 else 'have'} events but no session;"
        f" {count(dormant, 'active user')} {'has' if dormant == 1 else 'have'} no event at all.",
        *([hopeless] if chances and min(chances) < SHOWN_PCT else []),
    ]
