"""Single rows that must be rejected, each for one reason, or counted as duplicates."""

from include.simulator.defects.delivery_files import DefectError, Delivery
from include.simulator.defects.registry import Chooser, rows_of

KEYS = {"users": "user_id", "mentors": "mentor_id", "events": "event_id"}
EMPTIED = {"users": "signup_date", "mentors": "tier", "events": "mentor_id"}
OTHER = {"active": "churned", "churned": "active"}
OTHER_TIER = {"Gold": "Silver", "Silver": "Bronze", "Bronze": "Gold"}
NO_TIMES = ("2023-02-30T10:00:00Z", "yesterday", "2023-13-01T00:00:00Z", "1672617600")
NO_DATES = ("2023-02-30", "01/02/2023", "soon")
FUTURE = "2099-01-01T00:00:00Z"
NO_OBJECTS = (42, "booking_requested", None, ["90000001", "booking_requested"])


@rows_of("events")
def record_is_no_object(delivery: Delivery, chooser: Chooser) -> None:
    """Events that are a number, a text, null or a list: rejected as malformed_record."""
    for turn, event in enumerate(chooser.among(objects(delivery))):
        delivery.events[index(delivery.events, event)] = NO_OBJECTS[turn % len(NO_OBJECTS)]


@rows_of("users", any_source=True)
def ragged_row(delivery: Delivery, chooser: Chooser) -> None:
    """Rows of a table with a field too few: rejected as malformed_record."""
    if chooser.source == "events":
        raise DefectError("ragged_row changes tables: expected users or mentors, not events")
    for row in chooser.among(delivery.rows(chooser.source)):
        row.popitem()


@rows_of("users", any_source=True)
def missing_value(delivery: Delivery, chooser: Chooser) -> None:
    """Rows whose signup_date, tier or mentor_id is empty: rejected as missing_value."""
    column = EMPTIED[chooser.source]
    for row in chooser.among(once_only(delivery, chooser.source)):
        row[column] = ""


@rows_of("events")
def invalid_timestamp(delivery: Delivery, chooser: Chooser) -> None:
    """Events whose timestamp is no time: rejected as invalid_timestamp."""
    for turn, event in enumerate(chooser.among(objects(delivery))):
        event["timestamp"] = NO_TIMES[turn % len(NO_TIMES)]


@rows_of("events")
def future_timestamp(delivery: Delivery, chooser: Chooser) -> None:
    """Further requests, of the year 2099 and so after any data date: rejected as future_timestamp."""
    for event in chooser.among(objects(delivery)):
        event_id = chooser.new_event_id(delivery)
        changes = {"event_id": event_id, "timestamp": FUTURE, "event_type": "booking_requested"}
        delivery.events.append(event | changes)


@rows_of("users")
def invalid_date(delivery: Delivery, chooser: Chooser) -> None:
    """Users whose signup_date is no date: rejected as invalid_date."""
    for turn, row in enumerate(chooser.among(once_only(delivery, "users"))):
        row["signup_date"] = NO_DATES[turn % len(NO_DATES)]


@rows_of("mentors")
def invalid_number(delivery: Delivery, chooser: Chooser) -> None:
    """Mentors whose hourly_rate is no number: rejected as invalid_number."""
    for row in chooser.among(once_only(delivery, "mentors")):
        row["hourly_rate"] = f"{row['hourly_rate']} EUR"


@rows_of("events")
def unknown_event_type(delivery: Delivery, chooser: Chooser) -> None:
    """Events of a type the contract does not know: rejected as unknown_event_type."""
    for event in chooser.among(objects(delivery)):
        event["event_type"] = "session_paused"


@rows_of("users")
def unknown_status(delivery: Delivery, chooser: Chooser) -> None:
    """Users with a status the contract does not know: rejected as unknown_status."""
    for row in chooser.among(once_only(delivery, "users")):
        row["status"] = "paused"


@rows_of("mentors")
def unknown_tier(delivery: Delivery, chooser: Chooser) -> None:
    """Mentors with a tier the contract does not know: rejected as unknown_tier."""
    for row in chooser.among(once_only(delivery, "mentors")):
        row["tier"] = "Platinum"


@rows_of("users", any_source=True)
def conflicting_duplicate(delivery: Delivery, chooser: Chooser) -> None:
    """Rows whose key comes again with other content: rejected as conflicting_duplicate."""
    for row in chooser.among(once_only(delivery, chooser.source)):
        again = dict(row)
        if chooser.source == "users":
            again["status"] = OTHER.get(row["status"], "active")
        elif chooser.source == "mentors":
            again["tier"] = OTHER_TIER.get(row["tier"], "Gold")
        else:
            again["event_type"] = "session_ended"
            if row["event_type"] == "session_ended":
                again["event_type"] = "session_started"
        delivery.rows(chooser.source).append(again)


@rows_of("events")
def same_event_id_other_content(delivery: Delivery, chooser: Chooser) -> None:
    """Events whose id comes again with another type: rejected as conflicting_duplicate."""
    conflicting_duplicate(delivery, chooser)


@rows_of("users", default=5, any_source=True)
def exact_duplicate_rows(delivery: Delivery, chooser: Chooser) -> None:
    """Rows that come again, equal in every column: counted as duplicates, not rejected."""
    for row in chooser.among(once_only(delivery, chooser.source)):
        delivery.rows(chooser.source).append(dict(row))


@rows_of("events")
def same_event_id_same_content(delivery: Delivery, chooser: Chooser) -> None:
    """Events that come again, equal in every field: counted as duplicates, not rejected."""
    exact_duplicate_rows(delivery, chooser)


def objects(delivery: Delivery) -> list[dict]:
    """Returns the events that are objects."""
    return [event for event in delivery.events if isinstance(event, dict)]


def once_only(delivery: Delivery, source: str) -> list[dict]:
    """Returns the rows whose key is in the file once, so that a change causes no second fault."""
    rows = objects(delivery) if source == "events" else delivery.rows(source)
    keys = [row[KEYS[source]] for row in rows]
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return [row for row, key in zip(rows, keys, strict=True) if counts[key] == 1]


def index(rows: list, wanted: object) -> int:
    """Returns the position of this very object."""
    return next(place for place, row in enumerate(rows) if row is wanted)
