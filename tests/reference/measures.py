"""Reliability of the tiers and the figures over all of them."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from .history import TIERS
from .reading import Booking, Reading, Session
from .rebooking import rebooking


def reliability(reading: Reading) -> dict[str, dict[str, float | None]]:
    """Returns the reliability table: every tier with a booking or session, and `all`."""
    table = {"all": _row(reading, reading.bookings, reading.sessions)}
    for tier in (*TIERS, "Unknown"):
        bookings = [item for item in reading.bookings if item.tier == tier]
        sessions = [item for item in reading.sessions if item.tier == tier]
        if bookings or sessions:
            table[tier] = _row(reading, bookings, sessions)
    return table


def _row(reading: Reading, bookings: list[Booking], sessions: list[Session]) -> dict[str, float | None]:
    status = Counter(booking.status for booking in bookings)
    outcome = Counter(booking.outcome(reading.observation_end) for booking in bookings)
    minutes = [
        (booking.decided - booking.request.at) / timedelta(minutes=1)
        for booking in bookings
        if booking.status == "confirmed" and booking.decided
    ]
    return {
        "requests": len(bookings),
        "confirmed": status["confirmed"],
        "cancelled": status["cancelled"],
        "pending": status["pending"],
        "attended": outcome["attended"],
        "no_show": outcome["no_show"],
        "upcoming": outcome["upcoming"],
        "rerequested_after_cancel": sum(
            booking.status == "cancelled" and booking.requested_again for booking in bookings
        ),
        "sessions": len(sessions),
        "missing_end": sum(session.end is None for session in sessions),
        "median_minutes_to_confirm": median(minutes) if minutes else None,
    }


def double_bookings(reading: Reading) -> dict[frozenset[str], bool]:
    """Returns the event ids of the starts of every two sessions of a mentor with two users that overlap.

    Each with whether they overlap only by the assumed end of the one that starts first.
    """
    own = defaultdict(list)
    for session in reading.sessions:
        own[session.mentor].append(session)
    return {
        frozenset((one.started.id, other.started.id)): one.start != other.start
        and min(one, other, key=lambda session: session.start).end is None
        for sessions in own.values()
        for one, other in combinations(sessions, 2)
        if one.user != other.user and one.start < other.effective_end and other.start < one.effective_end
    }


def checks(reading: Reading) -> dict[str, object]:
    """Returns the figures over all tiers."""
    users = reading.history.current_users
    with_events = {event.user for event in reading.history.events}
    with_session = {session.user for session in reading.sessions}
    return {
        "observation_end": reading.observation_end,
        "double_bookings": len(double_bookings(reading)),
        "orphan_users": sorted(with_events - set(users)),
        "users_without_session": len(with_events - with_session),
        "dormant_users": sum(
            row["status"] == "active" and user not in with_events for user, row in users.items()
        ),
        "anomalies": dict(Counter(reading.anomalies.values())),
    }


def limits(reading: Reading) -> dict[str, float | None]:
    """Returns how far the other figures can be trusted."""
    starts = [session.start.hour * 60 + session.start.minute for session in reading.sessions]
    lengths = [(item.end - item.start) / timedelta(minutes=1) for item in reading.sessions if item.end]
    first: dict[str, datetime] = {}
    waits: dict[str, timedelta] = {}
    for session in sorted(reading.sessions, key=lambda session: session.start):
        began = first.setdefault(session.user, session.start)
        if session.start > began:
            waits.setdefault(session.user, session.start - began)
    longest = max(waits.values(), default=timedelta())
    asked = {booking.request.user for booking in reading.bookings} - set(first)
    return {
        "earliest_start_minute": min(starts, default=None),
        "latest_start_minute": max(starts, default=None),
        "shortest_minutes": min(lengths, default=None),
        "longest_minutes": max(lengths, default=None),
        "double_bookings_on_assumed_end": sum(double_bookings(reading).values()),
        "latest_return_days": longest / timedelta(days=1) if waits else None,
        "users_not_yet_back": sum(
            user not in waits and reading.observation_end - began < longest for user, began in first.items()
        ),
        "users_never_met": len(asked),
        "never_met_confirmed": len(
            asked & {item.request.user for item in reading.bookings if item.status == "confirmed"}
        ),
    }


def churned(reading: Reading) -> dict[str, int]:
    """Returns how many users with a session are churned, by the category of their first one."""
    users = reading.history.current_users
    return dict(
        Counter(
            followed.category
            for user, followed in rebooking(reading).items()
            if users.get(user, {}).get("status") == "churned"
        )
    )
