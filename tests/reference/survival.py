"""When users return: the estimate of Kaplan and Meier, the log-rank test, and users who can still be won."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import erfc, exp, log, sqrt

from .history import TIERS
from .reading import Reading, Session
from .rebooking import WINDOW
from .statistics import Z


@dataclass(frozen=True)
class Wait:
    """How long a user has been followed after the first session, and whether the next one ended that."""

    tier: str
    time: timedelta
    returned: bool


Waits = tuple[Wait, ...]


def waits(reading: Reading) -> dict[str, Waits]:
    """Returns the waits of the users of each tier."""
    first: dict[str, Session] = {}
    later: dict[str, Session] = {}
    for session in sorted(reading.sessions, key=lambda session: session.started.order):
        begun = first.setdefault(session.user, session)
        if session.start > begun.start:
            later.setdefault(session.user, session)
    found: dict[str, Waits] = {}
    for user, begun in first.items():
        until = later[user].start if user in later else reading.observation_end
        found[begun.tier] = (
            *found.get(begun.tier, ()),
            Wait(begun.tier, until - begun.start, user in later),
        )
    return found


@cache
def staying(own: Waits, time: timedelta) -> tuple[float, float]:
    """Returns the share that has not returned when this time has passed, and Greenwood's sum (inf for 0)."""
    share, greenwood = 1.0, 0.0
    for moment in sorted({wait.time for wait in own if wait.returned and wait.time <= time}):
        at_risk = sum(wait.time >= moment for wait in own)
        stay = at_risk - sum(wait.returned and wait.time == moment for wait in own)
        share *= stay / at_risk
        greenwood += (at_risk - stay) / (at_risk * stay) if stay else float("inf")
    return share, greenwood


def time_to_return(
    reading: Reading,
) -> Iterable[tuple[str, int, int, int, float, float | None, float | None]]:
    """Returns tier, day, users, those still at risk, percent returned, and the ends of its interval."""
    for tier, own in waits(reading).items():
        for day in range(WINDOW.days + 1):
            share, greenwood = staying(own, timedelta(days=day))
            at_risk = sum(wait.time > timedelta(days=day) for wait in own)
            low = high = None
            if 0 < share < 1:
                half = Z * sqrt(greenwood) / abs(log(share))
                low, high = (100 * (1 - share ** exp(way * half)) for way in (-1, 1))
            yield tier, day, len(own), at_risk, 100 * (1 - share), low, high


def logrank(reading: Reading, tiers: Iterable[str] = TIERS) -> float | None:
    """Returns the p of the log-rank test of up to three of the tiers; None where nothing can be compared."""
    found = waits(reading)
    groups = [found[tier] for tier in tiers if tier in found]
    more: list[float] = [0.0 for _ in groups]
    together = [[0.0 for _ in groups] for _ in groups]
    for moment in {wait.time for own in groups for wait in own if wait.returned}:
        at_risk = [sum(wait.time >= moment for wait in own) for own in groups]
        n, d = sum(at_risk), 0
        for place, own in enumerate(groups):
            returned = sum(wait.returned and wait.time == moment for wait in own)
            more[place] += returned
            d += returned
        for one, mine in enumerate(at_risk):
            more[one] -= d * mine / n
            for other, theirs in enumerate(at_risk):
                if n > 1:
                    together[one][other] += (
                        d * (n - d) / (n - 1) * mine * ((one == other) * n - theirs) / n**2
                    )
    able = [place for place in range(len(groups)) if together[place][place] > 0]
    if len(able) < 2:
        return None
    # Of two groups the square of a normal number, of three the sum of two such squares.
    a, b = able[0], able[1]
    if len(able) == 2:
        return erfc(sqrt(more[a] ** 2 / together[a][a] / 2))
    determinant = together[a][a] * together[b][b] - together[a][b] ** 2
    squares = (
        more[a] ** 2 * together[b][b] + more[b] ** 2 * together[a][a] - 2 * more[a] * more[b] * together[a][b]
    )
    return exp(-squares / determinant / 2)


def users_at_risk(reading: Reading) -> Iterable[tuple[str, str, str, int, float | None]]:
    """Returns user, mentor and tier of the last session, days since, and the chance to return in percent."""
    last = {}
    for session in sorted(reading.sessions, key=lambda session: session.started.order):
        last[session.user] = session
    busy = {
        booking.request.user
        for booking in reading.bookings
        if booking.outcome(reading.observation_end) in ("pending", "upcoming")
    }
    curves = waits(reading)
    for user, session in last.items():
        row, since = reading.history.current_users.get(user), reading.observation_end - session.start
        if row is None or row["status"] != "active" or user in busy or since > WINDOW:
            continue
        chance = None
        if session.tier in curves:
            now, end = (staying(curves[session.tier], time)[0] for time in (since, WINDOW))
            chance = 100 * (now - end) / now if now else None
        yield user, session.mentor, session.tier, since // timedelta(days=1), chance
