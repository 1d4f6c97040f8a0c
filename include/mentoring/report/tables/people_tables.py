"""Tables of users and mentors: by mentor, by month, by account status, and who can still be won."""

from datetime import date

from include.mentoring.report.narrative.formatting import count
from include.mentoring.report.queries import MAX_LISTED_USERS
from include.mentoring.report.results import Results, Row
from include.mentoring.report.tables.columns import CATEGORY, RATE
from include.mentoring.report.tables.table import NUMBER, ONE_DECIMAL, PERCENT, YES_NO, Column, Format, Table

# By users, so that 8 of 8 do not stand above 600 of 1,000.
MENTORS = Table(
    lambda results: sorted(results["mentors"], key=lambda row: -row["users"]),
    "Mentors: requests and sessions, and the users whose first session was with them; the most users first",
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
        Column("share_pct", "share of category, %", PERCENT),
        *RATE,
    ),
)

USERS_AT_RISK = Table(
    "users_at_risk",
    "Users at risk who can still be won back, the most likely to return first",
    (
        Column("user_id", "user"),
        Column("company_id", "company"),
        Column("mentor_id", "mentor"),
        Column("tier", "tier"),
        Column("days_since", "days since session", NUMBER),
        Column("return_pct", "chance of return, %", ONE_DECIMAL),
    ),
)

TIME = Format(lambda text: text[:16].replace("T", " "))
USERS_COLUMNS = (
    Column("user_id", "user"),
    Column("first_session_at", "first session", TIME),
    Column("mentor_id", "mentor"),
    Column("next_session_at", "next session", TIME),
    Column("is_rebooked", "came back", YES_NO),
    Column("days_to_return", "days to return", NUMBER),
    Column("is_mature", "window closed", YES_NO),
    Column("data_date", "data date"),
    Column("file", "file"),
    Column("row_number", "row of first session", NUMBER),
)


def users_of_tier(tier: str) -> Table:
    """Return the table of the users whose first mentor had this tier."""

    def own(results: Results) -> list[Row]:
        return [row for row in results["users"] or () if row["tier"] == tier]

    def caption(results: Results) -> str:
        rows = own(results)
        return f"{tier}: {sum(row['is_rebooked'] for row in rows):,} of {count(len(rows), 'user')} came back"

    return Table(own, caption, USERS_COLUMNS, max_rows=MAX_LISTED_USERS)


# Of the section on mentors, in order.
MENTOR_TABLES = (MENTORS,)
