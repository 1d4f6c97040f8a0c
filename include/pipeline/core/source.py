"""What is delivered: the three sources, their columns and the rules a row must meet to be accepted."""

from dataclasses import dataclass

# Hours and minutes at least; seconds, a fraction of them, and a zone where there is one.
ISO_TIMESTAMP = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)?"
# DuckDB casts neither a zone right after the minutes nor a lowercase letter. dbt has it in utc_timestamp.
CASTABLE_TIMESTAMP = r"""regexp_replace(upper("timestamp"), '^(.{16})(Z|[+-].*)$', '\1:00\2')"""
# As the booking tool writes nearly all of them; told by less work, where the year is not 0.
USUAL_TIMESTAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
ISO_DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True)
class Rule:
    """One reason to reject a row.

    Attributes:
        reason: the reason of SPEC section 2's fixed list.
        column: the column it judges.
        accepts: a DuckDB predicate over the column, true for an acceptable text.
    """

    reason: str
    column: str
    accepts: str


@dataclass(frozen=True)
class Source:
    """One delivered file.

    Attributes:
        name: the source, and the table's name in `landing` and `raw`.
        file_name: in the delivery folder; may have `.gz` after it.
        columns: the required ones, in the order of the raw table; any other is ignored and reported.
        key: the column that identifies a row.
        is_snapshot: True where every delivery is the whole state, False where rows add up.
        rules: checked in this order after `malformed_record` and `missing_value`.
    """

    name: str
    file_name: str
    columns: tuple[str, ...]
    key: str
    is_snapshot: bool
    rules: tuple[Rule, ...]

    @property
    def is_json(self) -> bool:
        """True where the file is JSON, False where it is CSV."""
        return self.file_name.endswith(".json")


USERS = Source(
    name="users",
    file_name="users_db_export.csv",
    columns=("user_id", "company_id", "signup_date", "status"),
    key="user_id",
    is_snapshot=True,
    rules=(
        Rule(
            "invalid_date",
            "signup_date",
            f"regexp_full_match(signup_date, '{ISO_DATE}') and try_cast(signup_date as date) is not null",
        ),
        Rule("unknown_status", "status", "status in ('active', 'churned')"),
    ),
)

MENTORS = Source(
    name="mentors",
    file_name="mentor_tiers.csv",
    columns=("mentor_id", "tier", "hourly_rate"),
    key="mentor_id",
    is_snapshot=True,
    rules=(
        Rule("invalid_number", "hourly_rate", "try_cast(hourly_rate as decimal(18, 2)) is not null"),
        Rule("unknown_tier", "tier", "tier in ('Gold', 'Silver', 'Bronze')"),
    ),
)

EVENTS = Source(
    name="events",
    file_name="booking_events.json",
    columns=("event_id", "user_id", "mentor_id", "timestamp", "event_type"),
    key="event_id",
    is_snapshot=False,
    rules=(
        Rule(
            "invalid_timestamp",
            "timestamp",
            f"case when regexp_full_match(\"timestamp\", '{USUAL_TIMESTAMP}') and \"timestamp\" > '0001'"
            ' then try_cast("timestamp" as timestamp) is not null'
            f" else regexp_full_match(\"timestamp\", '{ISO_TIMESTAMP}')"
            f" and coalesce(try_cast({CASTABLE_TIMESTAMP} as timestamptz) between"
            " timestamptz '0001-01-01T00:00:00Z' and timestamptz '9999-12-31T23:59:59Z', false) end",
        ),
        Rule(
            "unknown_event_type",
            "event_type",
            "event_type in ('booking_requested', 'booking_confirmed', 'booking_cancelled',"
            " 'session_started', 'session_ended')",
        ),
    ),
)

SOURCES = {source.name: source for source in (USERS, MENTORS, EVENTS)}
