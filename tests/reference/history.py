"""What was accepted of a series of deliveries, row by row, by the rules of the raw layer."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

CATEGORY = {"Gold": "top_tier", "Silver": "standard_tier", "Bronze": "standard_tier", "Unknown": "unknown"}
TIERS = tuple(tier for tier in CATEGORY if tier != "Unknown")
COLUMNS = {
    "users": ("user_id", "company_id", "signup_date", "status"),
    "mentors": ("mentor_id", "tier", "hourly_rate"),
    "events": ("event_id", "user_id", "mentor_id", "timestamp", "event_type"),
}
KINDS = ("booking_requested", "booking_confirmed", "booking_cancelled", "session_started", "session_ended")

# What a value is read by, where its text is not its meaning.
MEANINGS: dict[str, Callable[[str], object]] = {
    "timestamp": lambda text: utc(text),
    "signup_date": date.fromisoformat,
    "hourly_rate": float,
}
MAX_HOURLY_RATE = 100_000
BLANKS = " \t\u00a0\u200b\ufeff"

Row = dict[str, str]


@dataclass(frozen=True)
class Delivered:
    """The records of one delivery in the order of its files; `events` is None where none are new."""

    data_date: date
    users: list[object]
    mentors: list[object]
    events: list[object] | None


@dataclass(frozen=True)
class Event:
    """One accepted event; `arrival` is the place of its delivery and its row number in the file."""

    id: str
    user: str
    mentor: str
    kind: str
    at: datetime
    arrival: tuple[int, int]

    @property
    def order(self) -> tuple[datetime, tuple[int, int]]:
        """Event order: by time, then by arrival."""
        return self.at, self.arrival


@dataclass
class Snapshot:
    """The accepted rows of one full export, by their key, for its data date."""

    data_date: date
    rows: dict[str, Row]


@dataclass
class History:
    """All that was accepted. `rejected` counts rows by source and reason, `duplicates` by source."""

    events: list[Event] = field(default_factory=list)
    users: list[Snapshot] = field(default_factory=list)
    mentors: list[Snapshot] = field(default_factory=list)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)

    @property
    def observation_end(self) -> datetime:
        """The time of the latest accepted event."""
        return max(event.at for event in self.events)

    @property
    def current_users(self) -> dict[str, Row]:
        """The users of the export with the latest data date; of two for one date, the later load."""
        return in_order(self.users)[-1].rows

    def tier(self, mentor: str, at: datetime) -> str:
        """The tier of the last sheet up to `at` that lists the mentor, else of the first that ever does."""
        listing = [sheet for sheet in in_order(self.mentors) if mentor in sheet.rows]
        known = [sheet for sheet in listing if datetime.combine(sheet.data_date, time(), UTC) <= at]
        for sheet in known[-1:] or listing[:1]:
            return sheet.rows[mentor]["tier"]
        return "Unknown"


def in_order(snapshots: list[Snapshot]) -> list[Snapshot]:
    """Returns snapshots by data date, then by load: a list of them is in the order of the loads."""
    return sorted(snapshots, key=lambda snapshot: snapshot.data_date)


def accept(deliveries: Iterable[Delivered]) -> History:
    """Returns what was accepted of the deliveries, which come in the order of their loads."""
    history = History()
    events: dict[str, Row] = {}
    for number, delivery in enumerate(deliveries):
        for source in ("users", "mentors"):
            rows: dict[str, Row] = {}
            _take(history, source, getattr(delivery, source), rows, delivery.data_date)
            getattr(history, source).append(Snapshot(delivery.data_date, rows))
        places = _take(history, "events", delivery.events or [], events, delivery.data_date)
        for key, place in places.items():
            row = events[key]
            history.events.append(
                Event(
                    id=key,
                    user=row["user_id"],
                    mentor=row["mentor_id"],
                    kind=row["event_type"],
                    at=utc(row["timestamp"]),
                    arrival=(number, place),
                )
            )
    return history


def _take(
    history: History, source: str, records: list[object], known: dict[str, Row], data_date: date
) -> dict[str, int]:
    """Adds the rows that are new to `known`; returns the row number of each by its key."""
    places = {}
    for place, record in enumerate(records, start=1):
        row = as_text(record, COLUMNS[source])
        reason = unfit(source, row, data_date)
        key = row[COLUMNS[source][0]] if row and not reason else ""
        if not reason and key in known:
            if meaning(known[key]) == meaning(row):
                history.duplicates[source] += 1
            else:
                reason = "conflicting_duplicate"
        elif not reason:
            known[key], places[key] = row, place
        if reason:
            history.rejected[source, reason] += 1
    return places


def as_text(record: object, columns: tuple[str, ...]) -> Row | None:
    """Returns the source's columns of a record as text, or None where it is no object."""
    if not isinstance(record, dict):
        return None
    texts = {name: "" if record.get(name) is None else str(record[name]) for name in columns}
    return {name: text if name in MEANINGS else text.strip(BLANKS) for name, text in texts.items()}


def meaning(row: Row) -> dict[str, object]:
    """Returns the content of a row that can be accepted: the same in every spelling of it."""
    return {name: MEANINGS.get(name, str)(text) for name, text in row.items()}


def unfit(source: str, row: Row | None, data_date: date) -> str | None:
    """Returns the reason why a row of a delivery cannot be accepted, whatever else there is, or None."""
    if row is None or any("\0" in value for value in row.values()):
        return "malformed_record"
    if not all(value.strip() for value in row.values()):
        return "missing_value"
    if source == "users":
        return _reason(
            invalid_date=not _can(date.fromisoformat, row["signup_date"]),
            unknown_status=row["status"] not in ("active", "churned"),
        )
    if source == "mentors":
        return _reason(
            invalid_number=not (
                _can(float, row["hourly_rate"]) and 0 <= float(row["hourly_rate"]) <= MAX_HOURLY_RATE
            ),
            unknown_tier=row["tier"] not in TIERS,
        )
    is_time = _can(utc, row["timestamp"])
    return _reason(
        invalid_timestamp=not is_time,
        future_timestamp=is_time and utc(row["timestamp"]) > latest(data_date),
        unknown_event_type=row["event_type"] not in KINDS,
    )


def latest(data_date: date) -> datetime:
    """Returns the end of the data date plus one day: what is later is of the future."""
    return datetime.combine(data_date + timedelta(days=2), time(), UTC)


def _reason(**judged: bool) -> str | None:
    return next((reason for reason, holds in judged.items() if holds), None)


def _can(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def utc(text: str) -> datetime:
    """Returns an ISO 8601 time as UTC; a time without an offset is UTC."""
    moment = datetime.fromisoformat(text.upper())
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_folder(folder: Path) -> Delivered:
    """Returns the delivery of plain files that lies flat in `folder`, for some data date."""
    records: dict[str, list[object]] = {}
    for source, name in (("users", "users_db_export.csv"), ("mentors", "mentor_tiers.csv")):
        with open(folder / name, newline="", encoding="utf-8") as file:
            records[source] = list(csv.DictReader(file))
    events = json.loads((folder / "booking_events.json").read_text(encoding="utf-8"))
    return Delivered(date(2023, 8, 1), **records, events=events)
