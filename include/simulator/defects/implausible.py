"""Deliveries whose rows are sound one by one, and which can hardly be true as a whole."""

from datetime import timedelta

from include.simulator.defects.delivery_files import DefectError, Delivery
from include.simulator.defects.pairs import as_text, at, has_time
from include.simulator.defects.records import objects, once_only
from include.simulator.defects.registry import Chooser, rows_of, second_delivery


@second_delivery("events")
def new_event_ids(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Events come again under another id: as new rows they would double bookings and sessions."""
    for event in chooser.among(objects(second)):
        event["event_id"] = chooser.new_event_id(first) + event["event_id"]


@second_delivery("events")
def cancellations_renamed(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Every cancellation of the second delivery is spelled with one l: an unknown type, a lost one."""
    renamed = [event for event in objects(second) if event["event_type"] == "booking_cancelled"]
    chooser.any_of(renamed)
    for event in renamed:
        event["event_type"] = "booking_canceled"


@second_delivery("events")
def only_new_events(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """The latest events are the second delivery, the others the first: an increment, and no fault."""
    in_order = sorted((event for event in second.events if has_time(event)), key=at)
    if len(in_order) <= chooser.count:
        raise DefectError(f"only_new_events found {len(in_order)} events: make a larger delivery")
    second.events[:] = in_order[-chooser.count :]
    late = {event["event_id"] for event in second.events}
    first.events[:] = [event for event in objects(first) if event["event_id"] not in late]


@second_delivery("events")
def events_absent(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """The second export lacks events of the first, wherever they are: they are kept."""
    absent = {id(event) for event in chooser.among(second.events[1:])}
    second.events[:] = [event for event in second.events if id(event) not in absent]


@second_delivery("users")
def users_absent(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Users are absent from the second delivery: their events are of users without a row."""
    absent = {row["user_id"] for row in chooser.among(once_only(second, "users")[1:])}
    second.users[:] = [row for row in second.users if row["user_id"] not in absent]


@second_delivery("mentors")
def price_with_a_digit_too_many(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Prices of mentors have a zero too many in the second delivery: they load as they are."""
    for row in chooser.among(second.mentors):
        row["hourly_rate"] = str(10 * float(row["hourly_rate"]))


@rows_of("users")
def late_signup(delivery: Delivery, chooser: Chooser) -> None:
    """Users with events have signed up in the year 2090: they load as they are."""
    busy = {str(event["user_id"]) for event in objects(delivery)}
    rows = [row for row in once_only(delivery, "users") if row["user_id"] in busy]
    chosen = {row["user_id"] for row in chooser.among(rows)}
    for row in delivery.users:
        if row["user_id"] in chosen:
            row["signup_date"] = "2090-01-01"


@rows_of("events", default=1.0)
def dates_alone(delivery: Delivery, chooser: Chooser) -> None:
    """Events have lost the time of the day: all load, at midnight."""
    for event in chooser.among([event for event in delivery.events if has_time(event)]):
        event["timestamp"] = event["timestamp"][:10] + "T00:00:00Z"


@rows_of("events", default=1.0)
def shifted_clock(delivery: Delivery, chooser: Chooser) -> None:
    """Events are twelve hours early, as of a clock without am and pm: they load as they are."""
    for event in chooser.among([event for event in delivery.events if has_time(event)]):
        event["timestamp"] = as_text(at(event) - timedelta(hours=12))


@rows_of("mentors")
def price_of_nothing(delivery: Delivery, chooser: Chooser) -> None:
    """Mentors cost nothing: they load as they are."""
    for row in chooser.among(delivery.mentors):
        row["hourly_rate"] = "0"


@rows_of("mentors")
def new_mentors(delivery: Delivery, chooser: Chooser) -> None:
    """So many mentors are new in the sheet, without an event: they load like any other."""
    for place in range(chooser.count):
        delivery.mentors.append(delivery.mentors[0] | {"mentor_id": f"N-{place}"})
