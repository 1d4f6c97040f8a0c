"""With whom, how soon and at which pace users come back, and what it means where none did."""

from include.mentoring.report.narrative.formatting import count, listed, p_value, percent
from include.mentoring.report.results import HEADLINE_LENS, Results, by_category, rebooking
from include.mentoring.statistics.rates import limit_of_none_pct


def returns(results: Results) -> list[str]:
    """Return whether users came back to the same mentor, how soon, and how the tiers' paces compare."""
    return [*_same_mentor(results), *_latest(results), *_pace(results)]


def are_early(results: Results) -> bool:
    """Return whether all returns lie in the first half of the window, with enough users to see later ones."""
    latest, parameters = results["limits"]["latest_return_days"], results["parameters"]
    closed = sum(row["total_users_w_sessions"] for row in by_category(results, cohort="mature").values())
    if latest is None or closed < parameters["few_users"]:
        return False
    return bool(latest <= parameters["rebooking_window_days"] / 2)


def none_came_back(results: Results) -> list[str]:
    """Return, for each tier of which nobody came back, how high its rate may still be."""
    return [
        f"{_nobody(row['total_users_w_sessions'], _mentor(row['tier']))}: the true rate may be as high as"
        f" {percent(limit_of_none_pct(row['total_users_w_sessions']))} (exact, one-sided 95 % limit)."
        for row in rebooking(results, HEADLINE_LENS)
        if not row["rebooked_count"]
    ]


def _nobody(users: int, mentor: str) -> str:
    if users == 1:
        return f"The only user who began with {mentor} did not come back"
    return f"None of the {users:,} users who began with {mentor} came back"


def _same_mentor(results: Results) -> list[str]:
    returned, same = (results["same_mentor_returns"][key] for key in ("returned", "same_mentor"))
    if not returned:
        return []
    if returned == same:
        everyone = "The only user" if returned == 1 else f"All {count(returned, 'user')}"
        return [f"{everyone} who came back had their next session with the same mentor."]
    of_all = f"{same:,} of {count(returned, 'user')} who came back ({percent(100 * same / returned)})"
    return [f"{of_all} had their next session with the same mentor."]


def _latest(results: Results) -> list[str]:
    if not are_early(results):
        return []
    return [
        f"The latest return came {results['limits']['latest_return_days']:.2f} days after the first session,"
        " so a longer window would add nobody."
    ]


def _pace(results: Results) -> list[str]:
    tests = {"all tiers": "logrank_tiers_p", "Gold against Silver": "logrank_gold_silver_p"}
    found = [
        f"{groups} p {p_value(results['tests'][key])}"
        for groups, key in tests.items()
        if results["tests"][key] is not None
    ]
    if not found:
        return []
    return [f"Log-rank tests of the pace of return (over users, exploratory): {listed(found)}."]


def _mentor(tier: str) -> str:
    return "a mentor who is not in the sheet" if tier == "Unknown" else tier
