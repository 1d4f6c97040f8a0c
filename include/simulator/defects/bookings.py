"""Bookings and sessions that a naive query gets wrong; no row is rejected."""

from datetime import timedelta

from include.simulator.defects.delivery_files import Delivery
from include.simulator.defects.pairs import (
    add,
    as_text,
    at,
    attended,
    has_time,
    like,
    observation_end,
    pairs,
    remove,
)
from include.simulator.defects.registry import Chooser, rows_of


@rows_of("events")
def missing_session_ended(delivery: Delivery, chooser: Chooser) -> None:
    """Sessions lose their end: flagged, and 30 minutes long at most."""
    for booking in chooser.among(attended(delivery)):
        remove(delivery, booking.end)


@rows_of("events")
def cancel_and_rerequest_same_second(delivery: Delivery, chooser: Chooser) -> None:
    """Bookings get an earlier request, cancelled in the second of theirs: file order decides."""
    for booking in chooser.among(attended(delivery)):
        place = next(n for n, event in enumerate(delivery.events) if event is booking.request)
        cancelled = like(booking.request, chooser.new_event_id(delivery), event_type="booking_cancelled")
        delivery.events.insert(place, cancelled)
        earlier = like(booking.request, chooser.new_event_id(delivery), -timedelta(minutes=10))
        add(delivery, earlier)


@rows_of("events")
def several_requests_a_day(delivery: Delivery, chooser: Chooser) -> None:
    """Pairs get another request on the day of one: a booking is a request, not a pair and a day."""
    roomy = [booking for booking in attended(delivery) if at(booking.request).hour >= 3]
    for booking in chooser.among(roomy):
        request = booking.request
        before = like(request, chooser.new_event_id(delivery), -timedelta(hours=2))
        add(delivery, before)
        event_id = chooser.new_event_id(delivery)
        cancelled = like(request, event_id, -timedelta(hours=1), event_type="booking_cancelled")
        add(delivery, cancelled)


@rows_of("events")
def right_censored(delivery: Delivery, chooser: Chooser) -> None:
    """Users' only session moves to the last two days: their window is open at the end."""
    end = observation_end(delivery)
    alone = [booking for booking in attended(delivery) if not booking.earlier and not booking.later]
    for booking in chooser.among([one for one in alone if at(one.end) + timedelta(days=2) < end]):
        shift = timedelta(days=(end - at(booking.end)).days)
        for event in (booking.request, booking.confirmation, booking.start, booking.end):
            event["timestamp"] = as_text(at(event) + shift)
            remove(delivery, event)
            add(delivery, event)


@rows_of("events")
def two_sessions_a_day(delivery: Delivery, chooser: Chooser) -> None:
    """Pairs book and meet again on the day they met: two sessions, though one pair and one day."""
    final = [
        booking
        for booking in attended(delivery)
        if not booking.later
        and at(booking.end).hour < 21
        and at(booking.end) + timedelta(hours=2) <= observation_end(delivery)
    ]
    minutes = (5, 10, 60, 90)
    for booking in chooser.among(final):
        four = (booking.request, booking.confirmation, booking.start, booking.end)
        for event, later in zip(four, minutes, strict=True):
            after = at(booking.end) - at(event) + timedelta(minutes=later)
            add(delivery, like(event, chooser.new_event_id(delivery), after))


@rows_of("events")
def session_across_midnight(delivery: Delivery, chooser: Chooser) -> None:
    """Sessions run from 23:45 to 00:15 UTC: one session with its end, though on two days."""
    end = observation_end(delivery)
    final = [
        booking
        for booking in attended(delivery)
        if not booking.later and at(booking.end) + timedelta(days=2) <= end
    ]
    for booking in chooser.among(final):
        start = at(booking.start).replace(hour=23, minute=45, second=0)
        for event, moment in (
            (booking.start, start),
            (booking.end, start + timedelta(minutes=30)),
        ):
            event["timestamp"] = as_text(moment)
            remove(delivery, event)
            add(delivery, event)


@rows_of("events", default=0.2)
def out_of_order(delivery: Delivery, chooser: Chooser) -> None:
    """Events alone in their pair's second move to the front, latest first: no figure moves."""
    alone = []
    for events in pairs(delivery).values():
        times = [at(event) for event in events]
        alone += [
            event for event in events if times.count(at(event)) == 1 and event is not delivery.events[0]
        ]
    moved = sorted(chooser.among(alone), key=at, reverse=True)
    chosen = {id(event) for event in moved}
    delivery.events[:] = moved + [event for event in delivery.events if id(event) not in chosen]


@rows_of("events")
def cancel_after_confirm(delivery: Delivery, chooser: Chooser) -> None:
    """Confirmed bookings are cancelled an hour later instead of attended: the last word counts."""
    for booking in chooser.among(attended(delivery)):
        event_id = chooser.new_event_id(delivery)
        after = min(timedelta(hours=1), at(booking.start) - at(booking.confirmation))
        remove(delivery, booking.start)
        remove(delivery, booking.end)
        changes = {"event_type": "booking_cancelled"}
        add(delivery, like(booking.confirmation, event_id, after, **changes))


@rows_of("events")
def end_without_start(delivery: Delivery, chooser: Chooser) -> None:
    """Pairs' first session loses its start: its end is an anomaly, the booking is a no-show."""
    first = [booking for booking in attended(delivery) if not booking.earlier]
    for booking in chooser.among(first):
        remove(delivery, booking.start)


@rows_of("events")
def two_ends(delivery: Delivery, chooser: Chooser) -> None:
    """Sessions end a second time, a minute later: the second end is an anomaly."""
    end = observation_end(delivery)
    for booking in chooser.among([one for one in attended(delivery) if at(one.end) < end]):
        event_id = chooser.new_event_id(delivery)
        add(delivery, like(booking.end, event_id, timedelta(minutes=1)))


@rows_of("events", default=0.2)
def stopped_clock(delivery: Delivery, chooser: Chooser) -> None:
    """The latest events have the time of the one before them: the data end before the data date."""
    in_order = sorted((event for event in delivery.events if has_time(event)), key=at)
    earlier, latest = in_order[: -chooser.count], in_order[-chooser.count :]
    stopped_at = chooser.any_of(earlier[-1:])["timestamp"]
    for event in latest:
        event["timestamp"] = stopped_at
