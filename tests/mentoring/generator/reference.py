"""A second, independent reading of the contract's definitions, to judge the sample by.

Plain Python that shares no code with the pipeline and none with the generator. It reads one flat
delivery in which no row is to be rejected.
"""

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from statistics import median

WINDOW = timedelta(days=30)
SESSION_DEFAULT = timedelta(minutes=30)
NO_SHOW_GRACE = timedelta(days=7)
CATEGORY = {"Gold": "top_tier", "Silver": "standard_tier", "Bronze": "standard_tier"}


@dataclass
class Session:
    """One mentoring session; `end` is None when no end was recorded."""

    user: str
    mentor: str
    start: datetime
    end: datetime | None = None
    next_start: datetime | None = None

    @property
    def effective_end(self) -> datetime:
        """The recorded end, else start + 30 minutes but never past the pair's next session."""
        if self.end is not None:
            return self.end
        assumed = self.start + SESSION_DEFAULT
        return assumed if self.next_start is None else min(assumed, self.next_start)


@dataclass
class Booking:
    """One request of a pair and what became of it."""

    user: str
    mentor: str
    requested: datetime
    status: str = "pending"
    decided: datetime | None = None
    session: Session | None = None
    requested_again: bool = False


@dataclass
class Delivery:
    """The rows of one delivery, exact duplicates removed, ids as text."""

    users: dict[str, dict[str, str]]
    user_rows: int
    tiers: dict[str, str]
    events: list[dict[str, object]]
    bookings: list[Booking] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    anomalies: Counter = field(default_factory=Counter)


def read(folder: Path) -> Delivery:
    """Returns the delivery in `folder` with its bookings and sessions worked out."""
    with open(folder / "users_db_export.csv", newline="", encoding="utf-8") as file:
        users = list(csv.DictReader(file))
    with open(folder / "mentor_tiers.csv", newline="", encoding="utf-8") as file:
        tiers = {row["mentor_id"]: row["tier"] for row in csv.DictReader(file)}
    events, seen = [], set()
    for row in json.loads((folder / "booking_events.json").read_text(encoding="utf-8")):
        event = row | {"user_id": str(row["user_id"]), "at": utc(row["timestamp"])}
        if event["event_id"] not in seen:
            seen.add(event["event_id"])
            events.append(event)
    delivery = Delivery({row["user_id"]: row for row in users}, len(users), tiers, events)
    pairs = defaultdict(list)
    for event in events:
        pairs[event["user_id"], event["mentor_id"]].append(event)
    for (user, mentor), own in pairs.items():
        follow_pair(delivery, user, mentor, sorted(own, key=lambda event: event["at"]))
    return delivery


def utc(text: str) -> datetime:
    """Returns an ISO 8601 time as UTC; a time without an offset is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def follow_pair(delivery: Delivery, user: str, mentor: str, events: list[dict]) -> None:
    """Adds the bookings, sessions and anomalies of one pair, whose events come in event order."""
    positions: list[tuple[str, Booking | Session]] = []
    bookings: list[Booking] = []
    sessions: list[Session] = []
    for event in events:
        kind, at = event["event_type"], event["at"]
        if kind == "booking_requested":
            if bookings:
                bookings[-1].requested_again = True
            bookings.append(Booking(user, mentor, at))
            positions.append((kind, bookings[-1]))
        elif kind == "session_started":
            if sessions:
                sessions[-1].next_start = at
            sessions.append(Session(user, mentor, at))
            positions.append((kind, sessions[-1]))
        elif kind == "session_ended":
            if sessions and sessions[-1].end is None:
                sessions[-1].end = at
            else:
                delivery.anomalies["end_without_start"] += 1
        elif bookings:
            bookings[-1].status = kind.removeprefix("booking_")
            bookings[-1].decided = at
        else:
            delivery.anomalies[f"{kind}_without_request"] += 1
    latest_confirmed = None
    for kind, item in positions:
        if kind == "booking_requested" and item.status == "confirmed":
            latest_confirmed = item
        elif kind == "session_started" and latest_confirmed and not latest_confirmed.session:
            latest_confirmed.session = item
    delivery.bookings += bookings
    delivery.sessions += sessions


def rebooking(
    delivery: Delivery,
    lens: str = "sessions",
    mature: bool = False,
    window: timedelta = WINDOW,
    sessions: list[Session] | None = None,
    keep: set[str] | None = None,
    nth: int = 2,
) -> dict[str, tuple[str, bool]]:
    """Returns, for every user of the lens, the mentor of the first item and whether they rebooked.

    `keep` limits the users, `nth` says which item has to lie inside the window.
    """
    sessions = delivery.sessions if sessions is None else sessions
    first_items = [(session.start, session.user, session.mentor) for session in sessions]
    later_items = first_items
    if lens == "bookings":
        first_items = later_items = [
            (booking.requested, booking.user, booking.mentor)
            for booking in delivery.bookings
            if booking.status == "confirmed"
        ]
    elif lens == "intent":
        later_items = [(item.requested, item.user, item.mentor) for item in delivery.bookings]
    first: dict[str, tuple[datetime, str]] = {}
    for at, user, mentor in sorted(first_items):
        first.setdefault(user, (at, mentor))
    after = defaultdict(list)
    for at, user, _ in sorted(later_items):
        if user in first and at > first[user][0]:
            after[user].append(at)
    end = observation_end(delivery)
    return {
        user: (mentor, len(after[user]) >= nth - 1 and after[user][nth - 2] <= at + window)
        for user, (at, mentor) in first.items()
        if (not mature or at + window <= end) and (keep is None or user in keep)
    }


def observation_end(delivery: Delivery) -> datetime:
    """Returns the time of the latest event."""
    return max(event["at"] for event in delivery.events)


def by_tier(delivery: Delivery, users: dict[str, tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """Returns (rebooked, users) of every tier."""
    return {
        tier: (
            sum(rebooked for mentor, rebooked in users.values() if delivery.tiers[mentor] == tier),
            sum(delivery.tiers[mentor] == tier for mentor, _ in users.values()),
        )
        for tier in CATEGORY
    }


def sensitivity(delivery: Delivery) -> dict[str, dict[str, tuple[float, int]]]:
    """Returns the (rebooked, n) of every tier under every other reading; a mean for the last."""
    recorded = [session for session in delivery.sessions if session.end is not None]
    active = {user for user, row in delivery.users.items() if row["status"] == "active"}
    first_request = {}
    for booking in sorted(delivery.bookings, key=lambda booking: booking.requested):
        first_request.setdefault(booking.user, booking)
    kept = {user for user, booking in first_request.items() if booking.status != "cancelled"}
    readings = {
        "window_14d": rebooking(delivery, window=timedelta(days=14)),
        "window_60d": rebooking(delivery, window=timedelta(days=60)),
        "window_90d": rebooking(delivery, window=timedelta(days=90)),
        "recorded_ends_only": rebooking(delivery, sessions=recorded),
        "active_users_only": rebooking(delivery, keep=active),
        "first_request_not_cancelled": rebooking(delivery, keep=kept),
        "per_session": followed(delivery),
        "third_session": rebooking(delivery, nth=3),
    }
    table = {name: by_tier(delivery, users) for name, users in readings.items()}
    mentors = per_mentor(rebooking(delivery))
    table["mean_of_mentors"] = {}
    for tier in CATEGORY:
        rates = [100 * r / n for m, (r, n) in mentors.items() if delivery.tiers[m] == tier]
        table["mean_of_mentors"][tier] = (round(sum(rates) / len(rates), 1), len(rates))
    return table


def followed(delivery: Delivery) -> dict[str, tuple[str, bool]]:
    """Returns, for every session, its mentor and whether the user's next is inside the window."""
    own = defaultdict(list)
    for session in sorted(delivery.sessions, key=lambda session: session.start):
        own[session.user].append(session)
    return {
        f"{user}/{number}": (
            session.mentor,
            number + 1 < len(sessions) and sessions[number + 1].start <= session.start + WINDOW,
        )
        for user, sessions in own.items()
        for number, session in enumerate(sessions)
    }


def per_mentor(users: dict[str, tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """Returns (rebooked, users) of every mentor of a first item."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mentor, rebooked in users.values():
        counts[mentor][0] += rebooked
        counts[mentor][1] += 1
    return {mentor: (rebooked, n) for mentor, (rebooked, n) in counts.items()}


def reliability(delivery: Delivery) -> dict[str, dict[str, float]]:
    """Returns the reliability table, one entry per tier."""
    end, table = observation_end(delivery), {}
    for tier in CATEGORY:
        bookings = [item for item in delivery.bookings if delivery.tiers[item.mentor] == tier]
        sessions = [item for item in delivery.sessions if delivery.tiers[item.mentor] == tier]
        status = Counter(booking.status for booking in bookings)
        confirmed = [booking for booking in bookings if booking.status == "confirmed"]
        missed = [booking.decided for booking in confirmed if booking.session is None]
        minutes = [(item.decided - item.requested) / timedelta(minutes=1) for item in confirmed]
        table[tier] = {
            "requests": len(bookings),
            "confirmed": status["confirmed"],
            "cancelled": status["cancelled"],
            "pending": status["pending"],
            "attended": len(confirmed) - len(missed),
            "no_show": sum(end - at > NO_SHOW_GRACE for at in missed),
            "upcoming": sum(end - at <= NO_SHOW_GRACE for at in missed),
            "rerequested_after_cancel": sum(
                item.status == "cancelled" and item.requested_again for item in bookings
            ),
            "sessions": len(sessions),
            "missing_end": sum(session.end is None for session in sessions),
            "median_minutes_to_confirm": median(minutes),
        }
    return table


def checks(delivery: Delivery) -> dict[str, object]:
    """Returns the figures over all tiers."""
    own = defaultdict(list)
    for session in delivery.sessions:
        own[session.mentor].append(session)
    double = [
        (one, other)
        for sessions in own.values()
        for one, other in combinations(sessions, 2)
        if one.user != other.user and one.start < other.effective_end and other.start < one.effective_end
    ]
    with_events = {event["user_id"] for event in delivery.events}
    with_session = {session.user for session in delivery.sessions}
    churned = Counter()
    for user, (mentor, _) in rebooking(delivery).items():
        status = delivery.users.get(user, {}).get("status")
        churned[CATEGORY[delivery.tiers[mentor]]] += status == "churned"
    return {
        "double_bookings": len(double),
        "orphan_users": sorted(with_events - set(delivery.users)),
        "users_without_session": len(with_events - with_session),
        "dormant_users": sum(
            row["status"] == "active" and user not in with_events for user, row in delivery.users.items()
        ),
        "anomalies": dict(delivery.anomalies),
        "churned": dict(churned),
        "observation_end": observation_end(delivery),
    }
