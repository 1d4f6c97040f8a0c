"""Finds events in a delivery, adds and removes them, for the defects of behavior."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from include.simulator.defects.delivery_files import Delivery

BOOKED_AND_MET = ["booking_requested", "booking_confirmed", "session_started", "session_ended"]


@dataclass
class Attended:
    """A booking requested, confirmed, started and ended, with nothing of its pair between.

    `earlier` and `later` are the pair's events before and after it.
    """

    request: dict
    confirmation: dict
    start: dict
    end: dict
    earlier: list[dict]
    later: list[dict]


def at(event: dict) -> datetime:
    """Returns the time of an event in UTC; a time without an offset is UTC."""
    moment = datetime.fromisoformat(event["timestamp"])
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_text(moment: datetime) -> str:
    """Returns a time as the booking tool writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def has_time(event: object) -> bool:
    """Returns whether this is an event with a valid time."""
    try:
        return isinstance(event, dict) and bool(at(event))
    except (KeyError, TypeError, ValueError):
        return False


def pairs(delivery: Delivery) -> dict[tuple[str, str], list[dict]]:
    """Returns the events of every user and mentor, in event order."""
    own: dict[tuple[str, str], list[dict]] = {}
    for event in delivery.events:
        if has_time(event):
            own.setdefault((str(event["user_id"]), event["mentor_id"]), []).append(event)
    return {pair: sorted(events, key=at) for pair, events in own.items()}


def attended(delivery: Delivery) -> list[Attended]:
    """Returns every booking from request to recorded end, pair by pair."""
    found = []
    for events in pairs(delivery).values():
        for place in range(len(events) - 3):
            four = events[place : place + 4]
            if [event["event_type"] for event in four] == BOOKED_AND_MET:
                request, confirmation, start, end = four
                earlier, later = events[:place], events[place + 4 :]
                found.append(Attended(request, confirmation, start, end, earlier, later))
    return found


def observation_end(delivery: Delivery) -> datetime:
    """Returns the time of the latest event."""
    return max(at(event) for event in delivery.events if has_time(event))


def like(event: dict, event_id: str, after: timedelta = timedelta(), **changes: object) -> dict:
    """Returns a copy of an event with its own id, `after` the original, with other fields."""
    return event | {"event_id": event_id, "timestamp": as_text(at(event) + after)} | changes


def add(delivery: Delivery, event: dict) -> None:
    """Inserts an event into the file in order of time, after those of the same time."""
    later = (
        place for place, other in enumerate(delivery.events) if has_time(other) and at(other) > at(event)
    )
    delivery.events.insert(next(later, len(delivery.events)), event)


def remove(delivery: Delivery, event: dict) -> None:
    """Removes this very event from the file."""
    delivery.events[:] = [other for other in delivery.events if other is not event]
