"""The answer of a report in short, for lists of reports and other DAGs; needs no library to be imported."""

from typing import Any

HEADLINE = {"lens": "sessions", "cohort": "all", "is_category_total": False}


def summary(results: dict[str, Any]) -> dict[str, Any]:
    """Return users with a session, users who rebooked, and the rate in percent, by tier.

    Args:
        results: of `tier_report.json`.
    """
    return {
        "tiers": {
            row["tier"]: {
                "users": row["total_users_w_sessions"],
                "rebooked": row["rebooked_count"],
                "rate_pct": row["rebooking_rate_pct"],
            }
            for row in _headline(results)
        }
    }


def rates(results: dict[str, Any]) -> dict[str, float | None]:
    """Return the rebooking rate by tier, in percent; None for a tier without a user.

    Args:
        results: of `tier_report.json`.
    """
    return {row["tier"]: row["rebooking_rate_pct"] for row in _headline(results)}


def _headline(results: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in results["rebooking"] if HEADLINE.items() <= row.items()]
