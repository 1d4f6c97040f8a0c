"""Bookings and sessions of a history, pair by pair, by the definitions of the marts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from .history import Event, History, accept, from_folder

SESSION_DEFAULT = timedelta(minutes=30)
NO_SHOW_GRACE = timedelta(days=7)


@dataclass
class Session:
    """One mentoring session; `end` is None when no end was recorded."""

    started: Event
    tier: str
    end: datetime | None = None
    next_start: datetime | None = None
    booking: "Booking | None" = None

    @property
    def user(self) -> str:
        return self.started.user

    @property
    def mentor(self) -> str:
        return self.started.mentor

    @property
    def start(self) -> datetime:
        return self.started.at

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

    request: Event
    tier: str
    status: str = "pending"
    decided: datetime | None = None
    session: Session | None = None
    requested_again: bool = False

    def outcome(self, observation_end: datetime) -> str:
        """attended, no_show or upcoming where it is confirmed, otherwise its status."""
        if self.session:
            return "attended"
        if self.status != "confirmed" or self.decided is None:
            return self.status
        return "no_show" if observation_end - self.decided > NO_SHOW_GRACE else "upcoming"


@dataclass
class Reading:
    """A history with its bookings, sessions and anomalies (by the event's id) worked out.

    The observation end is that of everything that is built together, which may be more than the
    history that is read here.
    """

    history: History
    observation_end: datetime
    bookings: list[Booking] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    anomalies: dict[str, str] = field(default_factory=dict)


def read_folder(folder: Path) -> Reading:
    """Returns the reading of the one delivery that lies in `folder`."""
    return read(accept([from_folder(folder)]))


def read(history: History, observation_end: datetime | None = None) -> Reading:
    """Returns the reading of a history; its observation end is the latest event unless given."""
    reading = Reading(history, observation_end or history.observation_end)
    pairs = defaultdict(list)
    for event in history.events:
        pairs[event.user, event.mentor].append(event)
    for events in pairs.values():
        _follow(reading, sorted(events, key=lambda event: event.order))
    return reading


def _follow(reading: Reading, events: list[Event]) -> None:
    """Adds the bookings, sessions and anomalies of one pair, whose events come in event order."""
    in_line: list[Booking | Session] = []
    bookings: list[Booking] = []
    sessions: list[Session] = []
    for event in events:
        tier = reading.history.tier(event.mentor, event.at)
        if event.kind == "booking_requested":
            if bookings:
                bookings[-1].requested_again = True
            bookings.append(Booking(event, tier))
            in_line.append(bookings[-1])
        elif event.kind == "session_started":
            if sessions:
                sessions[-1].next_start = event.at
            sessions.append(Session(event, tier))
            in_line.append(sessions[-1])
        elif event.kind == "session_ended":
            if not sessions:
                reading.anomalies[event.id] = "end_without_start"
            elif sessions[-1].end is not None:
                reading.anomalies[event.id] = "second_end"
            else:
                sessions[-1].end = event.at
        elif not bookings:
            noun = {"booking_confirmed": "confirmation", "booking_cancelled": "cancellation"}[event.kind]
            reading.anomalies[event.id] = f"{noun}_without_request"
        else:
            bookings[-1].status = event.kind.removeprefix("booking_")
            bookings[-1].decided = event.at
    latest_confirmed = None
    for item in in_line:
        if isinstance(item, Booking):
            latest_confirmed = item if item.status == "confirmed" else latest_confirmed
        elif latest_confirmed and latest_confirmed.session is None:
            latest_confirmed.session, item.booking = item, latest_confirmed
    reading.bookings += bookings
    reading.sessions += sessions
