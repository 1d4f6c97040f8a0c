"""Tables of users and mentors: by mentor, by month, by account status, and who may not come back."""

from datetime import date

from include.mentoring.report.results import Results
from include.mentoring.report.tables.columns import CATEGORY, RATE
from include.mentoring.report.tables.table import DECIMAL, NUMBER, YES_NO, Column, Format, Table


def _at_risk_caption(results: Results) -> str:
    at_risk = results["users_at_risk"]
    return f"Users at risk: the {len(at_risk['longest'])} of {at_risk['count']:,} who have been away longest"


MENTORS = Table(
    "mentors",
    "Mentors: requests and sessions, and the users whose first session was with them",
    (
        Column("mentor_id", "mentor"),
        Column("tier", "tier"),
        Column("requests", "requests", NUMBER),
        Column("cancelled", "cancelled", NUMBER),
        Column("sessions", "sessions", NUMBER),
        *RATE,
    ),
)

# The latest month first.
MONTHLY_COHORTS = Table(
    lambda results: results["monthly_cohorts"][::-1],
    "Users by the month of their first session",
    (
        Column("cohort_month", "month", Format(lambda month: f"{date.fromisoformat(month):%B %Y}")),
        CATEGORY,
        *RATE,
        Column("is_mature", "window closed", YES_NO),
    ),
)

ACCOUNT_STATUS = Table(
    "account_status",
    "Users with a session, by category of the first mentor and status of the account",
    (
        CATEGORY,
        Column("account_status", "account"),
        Column("share_pct", "share of category, %", DECIMAL),
        *RATE,
    ),
)

USERS_AT_RISK = Table(
    lambda results: results["users_at_risk"]["longest"],
    _at_risk_caption,
    (
        Column("user_id", "user"),
        Column("company_id", "company"),
        Column("account_status", "account"),
        Column("days_since_session", "days since session", NUMBER),
        Column("last_session_at", "last session (UTC)", Format(lambda time: time[:16].replace("T", " "))),
        Column("last_mentor_id", "mentor"),
        Column("last_tier", "tier"),
    ),
)

# Of the section on mentors, in order.
MENTOR_TABLES = (MENTORS,)
