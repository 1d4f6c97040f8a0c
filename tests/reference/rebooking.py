"""Who rebooked, by lens and by every other reading that changes the number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .history import CATEGORY, Event
from .reading import Reading, Session

WINDOW = timedelta(days=30)
LENSES = ("sessions", "bookings", "intent")


@dataclass(frozen=True)
class Followed:
    """The first item of a user, its tier then, and whether the user rebooked."""

    first: Event
    tier: str
    rebooked: bool
    mature: bool

    @property
    def category(self) -> str:
        return CATEGORY[self.tier]


def rebooking(
    reading: Reading,
    lens: str = "sessions",
    mature: bool = False,
    window: timedelta = WINDOW,
    sessions: list[Session] | None = None,
    keep: set[str] | None = None,
) -> dict[str, Followed]:
    """Returns every user of the lens and what followed the first item within the window.

    `mature` keeps those whose window had closed, `keep` these users, `sessions` takes only these.
    """
    sessions = reading.sessions if sessions is None else sessions
    items = [(session.started, session.tier) for session in sessions]
    if lens == "bookings":
        items = [(item.request, item.tier) for item in reading.bookings if item.status == "confirmed"]
    later = [item.request for item in reading.bookings] if lens == "intent" else [event for event, _ in items]
    times: dict[str, list[datetime]] = defaultdict(list)
    for event in later:
        times[event.user].append(event.at)
    found = {}
    for first, tier in _firsts(items):
        closes = first.at + window
        rebooked = any(first.at < at <= closes for at in times[first.user])
        found[first.user] = Followed(first, tier, rebooked, closes <= reading.observation_end)
    return {
        user: followed
        for user, followed in found.items()
        if (followed.mature or not mature) and (keep is None or user in keep)
    }


def _firsts(items: Iterable[tuple[Event, str]]) -> Iterable[tuple[Event, str]]:
    """Returns the first item of every user, in event order."""
    first: dict[str, tuple[Event, str]] = {}
    for event, tier in sorted(items, key=lambda item: item[0].order):
        first.setdefault(event.user, (event, tier))
    return first.values()


def per_session(reading: Reading) -> dict[str, Followed]:
    """Returns every session and whether the user has a strictly later one inside the window."""
    return {
        session.started.id: Followed(
            session.started,
            session.tier,
            any(session.start < later.start <= session.start + WINDOW for later in sessions),
            session.start + WINDOW <= reading.observation_end,
        )
        for sessions in _by_user(reading)
        for session in sessions
    }


def third_session(reading: Reading) -> dict[str, Followed]:
    """Returns every user and whether the third session is within the window, each one strictly later."""
    return {
        sessions[0].user: Followed(
            sessions[0].started,
            sessions[0].tier,
            len({session.start for session in sessions if session.start <= sessions[0].start + WINDOW}) >= 3,
            sessions[0].start + WINDOW <= reading.observation_end,
        )
        for sessions in _by_user(reading)
    }


def from_first_request(reading: Reading) -> dict[str, Followed]:
    """Returns every user with a request, under its tier, and whether the user rebooked in lens `sessions`."""
    met = rebooking(reading)
    return {
        first.user: Followed(first, tier, first.user in met and met[first.user].rebooked, mature=True)
        for first, tier in _firsts((item.request, item.tier) for item in reading.bookings)
    }


def _by_user(reading: Reading) -> Iterable[list[Session]]:
    own = defaultdict(list)
    for session in sorted(reading.sessions, key=lambda session: session.started.order):
        own[session.user].append(session)
    return own.values()


def by_group(
    users: Mapping[str, Followed], group: Callable[[Followed], str] = lambda item: item.tier
) -> dict[str, tuple[int, int]]:
    """Returns (rebooked, users) of every tier, or of another group, that has a user."""
    counts: dict[str, tuple[int, int]] = {}
    for item in users.values():
        rebooked, n = counts.get(group(item), (0, 0))
        counts[group(item)] = rebooked + item.rebooked, n + 1
    return counts


def by_mentor(
    users: Mapping[str, Followed], group: Callable[[Followed], str] = lambda item: item.tier
) -> dict[tuple[str, str], tuple[int, int]]:
    """Returns (rebooked, users) of every mentor and group of a first item."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for item in users.values():
        key = item.first.mentor, group(item)
        rebooked, n = counts.get(key, (0, 0))
        counts[key] = rebooked + item.rebooked, n + 1
    return counts


def other_readings(reading: Reading) -> dict[str, dict[str, Followed]]:
    """Returns the users, or sessions, of every reading that changes the number and what followed them."""
    recorded = [session for session in reading.sessions if session.end is not None]
    exported = reading.history.current_users.values()
    active = {row["user_id"] for row in exported if row["status"] == "active"}
    first_request = {}
    for booking in sorted(reading.bookings, key=lambda booking: booking.request.order):
        first_request.setdefault(booking.request.user, booking)
    kept = {user for user, booking in first_request.items() if booking.status != "cancelled"}
    return {
        "window_14d": rebooking(reading, window=timedelta(days=14)),
        "window_60d": rebooking(reading, window=timedelta(days=60)),
        "window_90d": rebooking(reading, window=timedelta(days=90)),
        "recorded_ends_only": rebooking(reading, sessions=recorded),
        "active_users_only": rebooking(reading, keep=active),
        "first_request_not_cancelled": rebooking(reading, keep=kept),
        "per_session": per_session(reading),
        "third_session": third_session(reading),
        "from_first_request": from_first_request(reading),
    }


def sensitivity(reading: Reading) -> dict[str, dict[str, tuple[float, int]]]:
    """Returns (rebooked, n) by reading and tier; for the mean of mentors (percent, mentors)."""
    table: dict[str, dict[str, tuple[float, int]]] = {
        name: {**by_group(users)} for name, users in other_readings(reading).items()
    }
    rates = defaultdict(list)
    for (_, tier), (rebooked, n) in by_mentor(rebooking(reading)).items():
        rates[tier].append(100 * rebooked / n)
    table["mean_of_mentors"] = {tier: (sum(own) / len(own), len(own)) for tier, own in rates.items()}
    return table
