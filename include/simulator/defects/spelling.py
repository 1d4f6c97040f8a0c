"""The same content in other formats than the usual ones; no row is rejected."""

from collections.abc import Iterator
from datetime import timedelta, timezone

from include.simulator.defects.delivery_files import Delivery
from include.simulator.defects.pairs import at, has_time
from include.simulator.defects.registry import Chooser, rows_of, second_delivery

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


@rows_of("mentors", default=2)
def blanks_around_mentors(delivery: Delivery, chooser: Chooser) -> None:
    """Mentors' ids and tiers have no-break and zero-width spaces around: no part of them, counted."""
    for row in chooser.among(delivery.mentors):
        row["mentor_id"], row["tier"] = f"{row['mentor_id']}\u00a0", f"\u200b{row['tier']} "


@second_delivery("events")
def respelled_export(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """The second delivery has the same instants with .000Z, and prices with .00: nothing is new."""
    for event in second.events:
        if has_time(event):
            event["timestamp"] = at(event).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    for mentor in second.mentors:
        mentor["hourly_rate"] = f"{float(mentor['hourly_rate']):.2f}"


def chosen(delivery: Delivery, chooser: Chooser) -> Iterator[dict]:
    """Yields the chosen events, among those with a valid time."""
    yield from chooser.among([event for event in delivery.events if has_time(event)])
