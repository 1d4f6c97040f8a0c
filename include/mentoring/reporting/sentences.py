"""What the report says, in words made from the numbers: on other data it says something else."""

from typing import Any

from include.mentoring.reporting.results import HEADLINE_LENS, rebooking

# Below this many users a rate says little (SPEC section 3).
FEW_USERS = 30
CATEGORY_NAMES = {
    "top_tier": "top-tier",
    "standard_tier": "standard-tier",
    "unknown": "unlisted",
}


def headline(results: dict[str, Any]) -> list[str]:
    """Return the answer as sentences: the rates, their difference, and what weakens it."""
    totals = {row["tier_category"]: row for row in rebooking(results, HEADLINE_LENS, totals=True)}
    top, standard = totals.get("top_tier"), totals.get("standard_tier")
    days = results["parameters"]["rebooking_window_days"]
    if not top and not standard:
        return ["No user has had a session with a listed mentor, so there is no rate to report."]
    if not top or not standard:
        only = top or standard
        assert only is not None
        return [
            f"{_came_back(only)} had another session within {days} days.",
            "No user's first session was with a mentor of the other category, so there is nothing to"
            " compare this with.",
            *_too_few([only]),
        ]
    return [
        f"{_came_back(top)} had another session within {days} days; {_came_back(standard, short=True)}.",
        _difference(top, standard),
        *_too_few([top, standard]),
        "Whether the difference could be chance is not tested here.",
    ]


def _came_back(row: dict[str, Any], short: bool = False) -> str:
    name = CATEGORY_NAMES[row["tier_category"]]
    counts = f"{row['rebooked_count']} of {row['total_users_w_sessions']}"
    share = f"({row['rebooking_rate_pct']:.2f} %)"
    if short:
        return f"of those who began with a {name} mentor, {counts} {share}"
    return f"Of the users who began with a {name} mentor, {counts} {share}"


def _difference(top: dict[str, Any], standard: dict[str, Any]) -> str:
    points = _rate(top) - _rate(standard)
    if abs(points) < 0.005:
        return (
            "The two rates are equal to two decimals: these figures do not show that top-tier mentors do"
            " better."
        )
    if points < 0:
        return (
            f"That is {-points:.2f} points less: these figures do not show that top-tier mentors"
            " bring users back more."
        )
    return f"That is {points:.2f} points more for top-tier mentors."


def _rate(row: dict[str, Any]) -> float:
    return 100 * float(row["rebooked_count"]) / float(row["total_users_w_sessions"])


def _too_few(rows: list[dict[str, Any]]) -> list[str]:
    few = [
        f"{row['total_users_w_sessions']} {CATEGORY_NAMES[row['tier_category']]}"
        for row in rows
        if row["total_users_w_sessions"] < FEW_USERS
    ]
    if not few:
        return []
    return [f"With only {' and '.join(few)} users (fewer than {FEW_USERS}) the rates say little."]
