"""Events at, just before and just after every moment at which a definition changes its answer."""

from datetime import UTC, datetime, time, timedelta

from ..history import TIERS
from ..worlds import DATA_DATES, END, MICROSECOND, MINUTE, WINDOWS, Draft
from .registry import ASIDE, defect


@defect
def missing_end(draft: Draft) -> None:
    """Sessions without an end; the pair's next one starts about when it would end by default."""
    mentor = draft.known("mentor_id")
    for aside in (-20 * MINUTE, *ASIDE, 20 * MINUTE):
        user, start = draft.user(), draft.moment()
        draft.event("session_started", user, mentor, start)
        draft.session(user, mentor, start + 30 * MINUTE + aside)


@defect
def at_the_edge_of_a_window(draft: Draft) -> None:
    """Something follows the first item just within a window, at its end, and just after it."""
    mentor = draft.known("mentor_id")
    edges = [(lens, WINDOWS[1]) for lens in ("bookings", "intent")]
    for lens, window in [*edges, *(("sessions", window) for window in WINDOWS)]:
        for aside in ASIDE:
            user, start = draft.user(), draft.moment(before=timedelta(days=91))
            at = start + window + aside
            if lens == "bookings":
                draft.booking(user, mentor, start)
                draft.booking(user, mentor, at)
            else:
                draft.session(user, mentor, start)
            if lens == "sessions":
                draft.session(user, mentor, at)
            elif lens == "intent":
                draft.event("booking_requested", user, mentor, at)


@defect
def third_session_at_the_edge(draft: Draft) -> None:
    """Third sessions start about 30 days after the first; the second one is somewhere before."""
    for aside in ASIDE:
        user, mentor = draft.user(), draft.known("mentor_id")
        start = draft.moment(before=timedelta(days=60))
        second = start + draft.random.choice([timedelta(), MICROSECOND, timedelta(days=4)])
        for at in (start, second, start + WINDOWS[1] + aside):
            draft.session(user, draft.random.choice([mentor, draft.known("mentor_id")]), at)


@defect
def next_session_at_the_edge(draft: Draft) -> None:
    """A later session is followed by one about 30 days after it."""
    for aside in ASIDE:
        user, mentor = draft.user(), draft.known("mentor_id")
        start = draft.moment(before=timedelta(days=91))
        second = start + timedelta(days=draft.random.randint(2, 40))
        for at in (start, second, second + WINDOWS[1] + aside):
            draft.session(user, mentor, at)


@defect
def at_the_edge_of_maturity(draft: Draft) -> None:
    """Windows close just before the observation end, at it, and just after it: right-censored."""
    for aside in ASIDE:
        draft.attended(draft.user(), draft.known("mentor_id"), END - WINDOWS[1] + aside)


@defect
def at_the_edge_of_no_show(draft: Draft) -> None:
    """Bookings without a session were confirmed about seven days before the observation end."""
    for aside in ASIDE:
        confirmed = END - timedelta(days=7) + aside
        draft.booking(draft.user(), draft.known("mentor_id"), confirmed - MINUTE, wait=MINUTE)


@defect
def right_censored(draft: Draft) -> None:
    """A user starts, and maybe only requests, days before the observation end."""
    user, mentor = draft.user(), draft.known("mentor_id")
    at = END - timedelta(days=draft.random.randint(1, 12), minutes=draft.random.randint(1, 99))
    draft.attended(user, mentor, at)
    draft.event("booking_requested", user, mentor, at + timedelta(hours=9))


@defect
def at_midnight_of_a_sheet(draft: Draft) -> None:
    """Sessions and requests fall on the moment from which on a sheet with another tier holds."""
    mentor = draft.mentor()
    tiers = [*draft.random.sample(TIERS, 3), draft.random.choice(TIERS)]
    for sheet, tier in zip(draft.mentors, tiers, strict=True):
        sheet[-1]["tier"] = tier
    for aside in ASIDE:
        user, day = draft.user(), draft.random.choice(DATA_DATES)
        at = datetime.combine(day, time(), UTC) + aside
        draft.booking(user, mentor, at, wait=MINUTE)
        draft.session(user, mentor, at + draft.random.choice([timedelta(), timedelta(days=2)]))


@defect
def overlapping_sessions(draft: Draft) -> None:
    """A mentor meets two users at once, or one right after the other, ends recorded or not."""
    mentor, length = draft.mentor(), 30 * MINUTE
    edges = [side + aside for side in (-length, length) for aside in ASIDE]
    for edge in (*edges, timedelta(), draft.random.randint(1, 29) * MINUTE):
        start = draft.moment()
        for at in (start, start + edge):
            user = draft.user()
            draft.event("session_started", user, mentor, at)
            if draft.random.random() < 0.5:
                draft.event("session_ended", user, mentor, at + length)
