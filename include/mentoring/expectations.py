"""What must hold of the landed tables, as Great Expectations suites: one function a table.

Importing this module does not import Great Expectations; calling a function does.
"""

from typing import TYPE_CHECKING

from include.mentoring import orphans
from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.quality import expect

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def users() -> "list[Expectation]":
    """Return the expectations on the users of a delivery."""
    return [
        *expect.shape(USERS),
        *expect.values(USERS),
        expect.unique_key(USERS),
        expect.no_repeated_key(USERS),
    ]


def mentors() -> "list[Expectation]":
    """Return the expectations on the mentors of a delivery."""
    return [
        *expect.shape(MENTORS),
        *expect.values(MENTORS),
        expect.unique_key(MENTORS),
        expect.no_repeated_key(MENTORS),
    ]


def events(*, is_known: bool) -> "list[Expectation]":
    """Return the expectations on the events of a delivery.

    Args:
        is_known: the file's content was accepted before, so that none of its rows landed.
    """
    return [
        *expect.shape(EVENTS, may_be_empty=is_known),
        *expect.values(EVENTS),
        expect.unique_key(EVENTS),
        # Each type by itself: where both keep the limit, so do the two together.
        orphans.few_orphans("booking_requested"),
        orphans.few_orphans("booking_confirmed"),
        orphans.known_parent("unknown_user", USERS),
        orphans.known_parent("unknown_mentor", MENTORS),
    ]
