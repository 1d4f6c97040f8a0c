"""Tables of users and mentors: by mentor, by month, by account status, and who may not come back."""

from datetime import date

from include.mentoring.report.narrative.formatting import CATEGORY_LABELS
from include.mentoring.report.results import Results
from include.mentoring.report.tables.table import Table, between, rate, table, yes

RATE_COLUMNS = {"users": True, "came back": True, "%": True, "95 % interval": True, "few users": False}


def mentors(results: Results) -> Table:
    """Return the mentors of each tier, the highest rate first."""
    return table(
        "Mentors: requests and sessions, and the users whose first session was with them",
        {
            "mentor": False,
            "tier": False,
            "requests": True,
            "cancelled": True,
            "sessions": True,
            **RATE_COLUMNS,
        },
        [
            [
                row["mentor_id"],
                row["tier"],
                row["requests"],
                row["cancelled"],
                row["sessions"],
                row["users"],
                row["rebooked"],
                rate(row["rate_pct"]),
                between(row),
                yes(row["is_small"]),
            ]
            for row in results["mentors"]
        ],
    )


def monthly_cohorts(results: Results) -> Table:
    """Return the users by month of their first session, the latest month first."""
    return table(
        "Users by the month of their first session",
        {"month": False, "category": False, **RATE_COLUMNS, "window closed": False},
        [
            [
                f"{date.fromisoformat(row['cohort_month']):%B %Y}",
                CATEGORY_LABELS.get(row["tier_category"], row["tier_category"]),
                row["users"],
                row["rebooked"],
                rate(row["rate_pct"]),
                between(row),
                yes(row["is_small"]),
                yes(row["is_mature"]),
            ]
            for row in reversed(results["monthly_cohorts"])
        ],
    )


def account_status(results: Results) -> Table:
    """Return the users with a session by their account's status."""
    return table(
        "Users with a session, by category of the first mentor and status of the account",
        {"category": False, "account": False, "share of category, %": True, **RATE_COLUMNS},
        [
            [
                CATEGORY_LABELS.get(row["tier_category"], row["tier_category"]),
                row["account_status"],
                rate(row["share_pct"]),
                row["users"],
                row["rebooked"],
                rate(row["rate_pct"]),
                between(row),
                yes(row["is_small"]),
            ]
            for row in results["account_status"]
        ],
    )


def users_at_risk(results: Results) -> Table:
    """Return those of the users at risk who have been away longest."""
    at_risk = results["users_at_risk"]
    return table(
        f"Users at risk: the {len(at_risk['longest'])} of {at_risk['count']:,} who have been away longest",
        {
            "user": False,
            "company": False,
            "account": False,
            "days since session": True,
            "last session (UTC)": False,
            "mentor": False,
            "tier": False,
        },
        [
            [
                row["user_id"],
                row["company_id"],
                row["account_status"],
                row["days_since_session"],
                row["last_session_at"][:16].replace("T", " "),
                row["last_mentor_id"],
                row["last_tier"],
            ]
            for row in at_risk["longest"]
        ],
    )
