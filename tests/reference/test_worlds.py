"""The random worlds have what they are for: without it, a comparison on them would say nothing."""

import pytest

from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.history import CATEGORY, accept
from tests.reference.measures import checks
from tests.reference.reading import read
from tests.reference.rebooking import LENSES, rebooking
from tests.reference.worlds import END, make

REASONS = {
    "malformed_record",
    "missing_value",
    "invalid_timestamp",
    "future_timestamp",
    "invalid_date",
    "invalid_number",
    "unknown_event_type",
    "unknown_status",
    "unknown_tier",
    "conflicting_duplicate",
}
ANOMALIES = {
    "confirmation_without_request",
    "cancellation_without_request",
    "end_without_start",
    "second_end",
}
OUTCOMES = {"attended", "no_show", "upcoming", "cancelled", "pending"}


@pytest.mark.parametrize("seed", range(20))
def test_worlds_have_every_case_of_the_contract(seed: int) -> None:
    """Every outcome, anomaly, reason to reject and tier, and users on both sides of every answer."""
    worlds = [make(name, number, seed, DEFECTS) for number, name in enumerate(DEFECTS, start=1)]
    history = accept(shipment.delivered for shipment in shipping.in_batches(worlds, seed))
    reading = read(history)
    assert {reason for _, reason in history.rejected} == REASONS
    assert {source for source, count in history.duplicates.items() if count} >= {"users", "events"}
    assert {booking.outcome(END) for booking in reading.bookings} == OUTCOMES
    assert {session.tier for session in reading.sessions} == {*CATEGORY}
    found = checks(reading)
    assert set(found["anomalies"]) == ANOMALIES
    assert found["double_bookings"] and found["orphan_users"] and found["dormant_users"]
    assert found["observation_end"] == END
    for lens in LENSES:
        users = [*rebooking(reading, lens).values()]
        assert {item.rebooked for item in users} == {item.mature for item in users} == {True, False}
    assert {world.keeps_groups for world in worlds} == {True, False}


def test_a_world_is_a_function_of_its_name_number_and_seed() -> None:
    """What a failure names makes the same world again."""
    one, other = (make("two_ends", 3, 7, DEFECTS) for _ in range(2))
    assert one == other
    assert shipping.in_batches([one], 5) == shipping.in_batches([other], 5)
