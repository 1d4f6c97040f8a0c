"""Sentences on users: how many may not come back, and how many never had a session."""

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.results import Results


def users_at_risk(results: Results) -> list[str]:
    """Return sentences on how many users are at risk, have no session, or are dormant."""
    number, checks = results["users_at_risk"]["count"], results["checks"]
    days = results["parameters"]["at_risk_days"]
    dormant, without = checks["dormant_users"], checks["users_without_session"]
    return [
        f"{count(number, 'user')} had the last session {days} or more days before the end of the data and"
        f" {'has' if number == 1 else 'have'} requested nothing since.",
        f"{count(without, 'user')} {'has' if without == 1 else 'have'} events but no session;"
        f" {count(dormant, 'active user')} {'has' if dormant == 1 else 'have'} no event at all.",
    ]
