"""Times in other formats than the booking tool's usual one; no row is rejected."""

from collections.abc import Iterator
from datetime import timedelta, timezone

from include.simulator.defects.delivery_files import Delivery
from include.simulator.defects.pairs import at, has_time
from include.simulator.defects.registry import Chooser, rows_of

OFFSETS_IN_MINUTES = (330, -180, 0, 765)


@rows_of("events", default=1.0)
def offsets(delivery: Delivery, chooser: Chooser) -> None:
    """Times carry offsets such as +05:30 instead of Z: the instants, and every figure, stay."""
    for turn, event in enumerate(chosen(delivery, chooser)):
        zone = timezone(timedelta(minutes=OFFSETS_IN_MINUTES[turn % len(OFFSETS_IN_MINUTES)]))
        event["timestamp"] = at(event).astimezone(zone).isoformat()


@rows_of("events", default=1.0)
def no_offset(delivery: Delivery, chooser: Chooser) -> None:
    """Times carry no offset: they are UTC, whatever the machine's zone."""
    for event in chosen(delivery, chooser):
        event["timestamp"] = at(event).replace(tzinfo=None).isoformat()


@rows_of("events", default=1.0)
def subsecond(delivery: Delivery, chooser: Chooser) -> None:
    """Times have microseconds: all move by 0.123456 s, what was in one second stays together."""
    for event in chosen(delivery, chooser):
        moment = at(event).replace(microsecond=123456, tzinfo=None)
        event["timestamp"] = moment.isoformat() + "Z"


def chosen(delivery: Delivery, chooser: Chooser) -> Iterator[dict]:
    """Yields the chosen events, among those with a valid time."""
    yield from chooser.among([event for event in delivery.events if has_time(event)])
