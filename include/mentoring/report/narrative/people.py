"""Sentences on users: who can still be won, who never had a session, and where those behind the rates are."""

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.queries import MAX_LISTED_USERS
from include.mentoring.report.results import Results, users_with_session

# A lower chance is printed as 0.0 %.
SHOWN_PCT = 0.05


def users_at_risk(results: Results) -> list[str]:
    """Return sentences on how many users are at risk, have no session, or are dormant."""
    number, checks = len(results["users_at_risk"]), results["checks"]
    days = results["parameters"]["rebooking_window_days"]
    dormant, without = checks["dormant_users"], checks["users_without_session"]
    chances = [row["return_pct"] for row in results["users_at_risk"] if row["return_pct"] is not None]
    hopeless = "A chance of 0.0 % means that nobody in the tier has come back that late, not that nobody can."
    return [
        f"{count(number, 'user')} with an active account had their last session in the last {days} days of"
        f" the data and {'has' if number == 1 else 'have'} no pending or upcoming booking.",
        f"{count(without, 'user')} {'has' if without == 1 else 'have'} events but no session;"
        f" {count(dormant, 'active user')} {'has' if dormant == 1 else 'have'} no events at all.",
        *([hopeless] if chances and min(chances) < SHOWN_PCT else []),
    ]


def users_behind(results: Results) -> list[str]:
    """Return sentences on where the users behind the rates are listed; none without a user."""
    users = users_with_session(results)
    if not users:
        return []
    evidence = "the row of the delivered file that starts the first session"
    if results["users"] is None:
        where = (
            f"{users:,} users are too many to list here (more than {MAX_LISTED_USERS}). This query on the"
            f" published database lists them, each with {evidence}."
        )
    else:
        where = (
            f"The HTML and JSON files list each user with {evidence}; times are UTC. This query on the"
            " published database gives the same rows."
        )
    return [where, "In the terminal, make explain USER=… shows every event of one user, each with its row."]
