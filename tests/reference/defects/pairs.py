"""Defects of what a user and a mentor do: their requests, decisions, sessions and ends."""

from datetime import timedelta

from ..worlds import MINUTE, Draft
from .registry import defect


@defect
def cancel_and_rerequest_in_one_second(draft: Draft) -> None:
    """A cancellation and the next request have the same time; the order of the file decides."""
    (user, mentor), at = draft.pair(), draft.moment()
    again = draft.booking(user, mentor, at) + 7 * MINUTE
    for kind in draft.random.sample(["booking_cancelled", "booking_requested"], 2):
        draft.event(kind, user, mentor, again)
    if draft.random.random() < 0.5:
        draft.event("booking_confirmed", user, mentor, again + draft.random.choice([timedelta(), MINUTE]))
        draft.session(user, mentor, again + timedelta(days=1))


@defect
def several_requests_a_day(draft: Draft) -> None:
    """A pair requests two to four times on one day."""
    (user, mentor), at = draft.pair(), draft.moment()
    for _ in range(draft.random.randint(2, 4)):
        draft.event("booking_requested", user, mentor, at)
        at += draft.random.randint(1, 90) * MINUTE
        if draft.random.random() < 0.6:
            kind = draft.random.choice(["booking_confirmed", "booking_cancelled"])
            draft.event(kind, user, mentor, at)
            at += draft.random.randint(0, 3) * MINUTE
    draft.session(user, mentor, at + timedelta(hours=2))


@defect
def two_sessions_a_day(draft: Draft) -> None:
    """A pair has two sessions on one day, with one booking or with two."""
    (user, mentor), start = draft.pair(), draft.moment()
    ended = draft.attended(user, mentor, start)
    if draft.random.random() < 0.5:
        ended = draft.booking(user, mentor, ended)
    draft.session(user, mentor, ended + 5 * MINUTE)


@defect
def session_across_midnight(draft: Draft) -> None:
    """A session ends on the day after its start."""
    user, mentor = draft.pair()
    start = draft.moment().replace(hour=23, minute=draft.random.randint(31, 59))
    draft.session(user, mentor, start, lasts=45 * MINUTE)


@defect
def cancellation_after_confirmation(draft: Draft) -> None:
    """A confirmed booking is cancelled, before or after its session, maybe confirmed again."""
    (user, mentor), at = draft.pair(), draft.moment()
    start = draft.booking(user, mentor, at) + timedelta(days=1)
    draft.session(user, mentor, start)
    cancelled = start + draft.random.choice([-5, 5]) * MINUTE
    draft.event("booking_cancelled", user, mentor, cancelled)
    if draft.random.random() < 0.4:
        draft.event("booking_confirmed", user, mentor, cancelled + draft.random.choice([timedelta(), MINUTE]))


@defect
def end_without_start(draft: Draft) -> None:
    """A session ends that never began."""
    draft.event("session_ended", *draft.pair(), draft.moment())


@defect
def two_ends(draft: Draft) -> None:
    """A session ends twice, maybe at the same time."""
    user, mentor = draft.pair()
    ended = draft.attended(user, mentor, draft.moment())
    draft.event("session_ended", user, mentor, ended + draft.random.choice([timedelta(), 9 * MINUTE]))


@defect
def end_in_the_second_of_a_start(draft: Draft) -> None:
    """A session ends when the pair's next one starts; the order of the file says which end is whose."""
    (user, mentor), start = draft.pair(), draft.moment()
    draft.event("session_started", user, mentor, start)
    for kind in draft.random.sample(["session_started", "session_ended"], 2):
        draft.event(kind, user, mentor, start + 20 * MINUTE)
    if draft.random.random() < 0.5:
        draft.event("session_ended", user, mentor, start + 50 * MINUTE)


@defect
def decision_without_request(draft: Draft) -> None:
    """A confirmation and a cancellation of a pair that requested nothing yet."""
    user, mentor = draft.user(), draft.known("mentor_id")
    at = draft.moment()
    for kind in draft.random.sample(["booking_confirmed", "booking_cancelled"], 2):
        draft.event(kind, user, mentor, at)
    draft.booking(user, mentor, at + draft.random.choice([timedelta(), MINUTE]))


@defect
def end_before_start_of_the_file(draft: Draft) -> None:
    """The end of a session stands in the file before its start, and has the same time."""
    (user, mentor), at = draft.pair(), draft.moment()
    draft.event("session_ended", user, mentor, at)
    draft.event("session_started", user, mentor, at)
