"""What is delivered: the three sources, their columns and the rules a row must meet."""

from include.pipeline.core.source import Source, date, decimal, not_in_future, one_of, timestamp

# No mentor costs more in any currency of ours: what is above is a slip, such as a phone number.
MAX_HOURLY_RATE = 100_000

USERS = Source(
    name="users",
    file_name="users_db_export.csv",
    columns=("user_id", "company_id", "signup_date", "status"),
    key="user_id",
    is_snapshot=True,
    rules=(date("signup_date"), one_of("status", "active", "churned")),
)

MENTORS = Source(
    name="mentors",
    file_name="mentor_tiers.csv",
    columns=("mentor_id", "tier", "hourly_rate"),
    key="mentor_id",
    is_snapshot=True,
    rules=(decimal("hourly_rate", low=0, high=MAX_HOURLY_RATE), one_of("tier", "Gold", "Silver", "Bronze")),
    # dim_mentors has the last known tier of a mentor whom the sheet lacks.
    keeps_absent=True,
)

EVENTS = Source(
    name="events",
    file_name="booking_events.json",
    columns=("event_id", "user_id", "mentor_id", "timestamp", "event_type"),
    key="event_id",
    is_snapshot=False,
    rules=(
        timestamp("timestamp"),
        not_in_future("timestamp"),
        one_of(
            "event_type",
            "booking_requested",
            "booking_confirmed",
            "booking_cancelled",
            "session_started",
            "session_ended",
        ),
    ),
    time_column="timestamp",
)

# In the order in which they land.
SOURCES = (USERS, MENTORS, EVENTS)
