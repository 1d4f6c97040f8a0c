"""A second delivery, a day after the first, each in the subfolder of its date."""

from include.simulator.defects.delivery_files import Delivery
from include.simulator.defects.pairs import attended, remove
from include.simulator.defects.registry import Chooser, second_delivery

NEXT_TIER = {"Gold": ("Silver", "100"), "Silver": ("Gold", "200"), "Bronze": ("Silver", "100")}


@second_delivery("events")
def split_session(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Sessions start in the first delivery and end in the second, which has only what is new."""
    ends = [booking.end for booking in chooser.among(attended(first))]
    for end in ends:
        remove(first, end)
    second.events[:] = ends


@second_delivery("mentors")
def tier_change(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Mentors have another tier and price in the second delivery: the past keeps the first."""
    for mentor in chooser.among(second.mentors):
        mentor["tier"], mentor["hourly_rate"] = NEXT_TIER.get(mentor["tier"], ("Gold", "200"))


@second_delivery("mentors")
def mentor_left(first: Delivery, second: Delivery, chooser: Chooser) -> None:
    """Mentors are absent from the second delivery: they keep their last known tier."""
    for mentor in chooser.among(second.mentors):
        remove_mentor(second, mentor["mentor_id"])


def remove_mentor(delivery: Delivery, mentor_id: str) -> None:
    """Removes a mentor from the sheet."""
    delivery.mentors[:] = [row for row in delivery.mentors if row["mentor_id"] != mentor_id]
