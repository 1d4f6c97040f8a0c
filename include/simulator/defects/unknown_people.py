"""Users and mentors that a naive join of the events loses."""

from datetime import timedelta
from math import ceil

from include.simulator.defects.delivery_files import Delivery
from include.simulator.defects.pairs import add, at, attended, has_time, like, observation_end, pairs
from include.simulator.defects.registry import Chooser, rows_of

UNKNOWN_USERS_FROM = 999_000_000
UNKNOWN_MENTOR = "S-404"


@rows_of("events", default=1.0)
def mixed_type_ids(delivery: Delivery, chooser: Chooser) -> None:
    """User ids change from number to text or back: 1105 and "1105" are one user."""
    for event in chooser.among(timed(delivery)):
        user_id = event["user_id"]
        if not isinstance(user_id, str):
            event["user_id"] = str(user_id)
        elif user_id.isdigit():
            event["user_id"] = int(user_id)


@rows_of("users")
def dormant_users(delivery: Delivery, chooser: Chooser) -> None:
    """Active users without any event join: they count as dormant, in no rate."""
    numbers = [int(row["user_id"]) for row in delivery.users if row["user_id"].isdigit()]
    highest = max(numbers, default=0)
    for place in range(chooser.count):
        row = delivery.users[0] | {"user_id": str(highest + 1 + place), "status": "active"}
        delivery.users.append(row)


@rows_of("users")
def churned_with_activity(delivery: Delivery, chooser: Chooser) -> None:
    """Active users with a session are churned: they count in every rate all the same."""
    busy = {str(booking.start["user_id"]) for booking in attended(delivery)}
    active = {row["user_id"]: row for row in delivery.users if row["status"] == "active"}
    chosen = chooser.among([user_id for user_id in active if user_id in busy])
    for row in delivery.users:
        if row["user_id"] in chosen:
            row["status"] = "churned"


@rows_of("events")
def unknown_user(delivery: Delivery, chooser: Chooser) -> None:
    """Users with at least so many events get ids the backend does not know: counted as orphans."""
    for place, events in enumerate(whole_pairs(delivery, chooser)):
        for event in events:
            event["user_id"] = UNKNOWN_USERS_FROM + place


@rows_of("events", default=0.06)
def orphan_requests(delivery: Delivery, chooser: Chooser) -> None:
    """Unknown users add requests and confirmations until theirs are the share asked."""
    kinds = ("booking_requested", "booking_confirmed")
    known = sum(event["event_type"] in kinds for event in timed(delivery))
    share = min(chooser.count / len(delivery.events), 0.9)
    bookings = attended(delivery)
    for place in range(ceil(known * share / (1 - share) / 2)):
        booking = chooser.any_of(bookings, place)
        for event in (booking.request, booking.confirmation):
            event_id = chooser.new_event_id(delivery)
            add(delivery, like(event, event_id, user_id=UNKNOWN_USERS_FROM + place))


@rows_of("events")
def unknown_mentor(delivery: Delivery, chooser: Chooser) -> None:
    """Pairs with at least so many events get a mentor the sheet does not list: tier Unknown."""
    for events in whole_pairs(delivery, chooser):
        for event in events:
            event["mentor_id"] = UNKNOWN_MENTOR


@rows_of("events")
def second_mentor(delivery: Delivery, chooser: Chooser) -> None:
    """Users meet another mentor three days later: it rebooks them, under the tier of the first."""
    end = observation_end(delivery)
    mentors = [row["mentor_id"] for row in delivery.mentors]
    alone = [
        booking
        for booking in attended(delivery)
        if not booking.earlier and not booking.later and at(booking.end) + timedelta(days=3) <= end
    ]
    for booking in chooser.among(alone):
        first = booking.start["mentor_id"]
        other = chooser.any_of([mentor for mentor in mentors if mentor != first])
        for event in (booking.request, booking.confirmation, booking.start, booking.end):
            event_id = chooser.new_event_id(delivery)
            add(delivery, like(event, event_id, timedelta(days=3), mentor_id=other))


def timed(delivery: Delivery) -> list[dict]:
    """Returns the events with a valid time."""
    return [event for event in delivery.events if has_time(event)]


def whole_pairs(delivery: Delivery, chooser: Chooser) -> list[list[dict]]:
    """Returns the events of whole pairs, as many pairs as it takes to hold the rows asked for."""
    chosen: list[list[dict]] = []
    for events in chooser.shuffled(list(pairs(delivery).values())):
        if sum(map(len, chosen)) < chooser.count:
            chosen.append(events)
    return chosen
