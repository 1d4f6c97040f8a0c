"""What the report shows in addition to the tiers: mentors, account status, months, history."""

from datetime import date, timedelta

from .history import CATEGORY
from .reading import Reading
from .rebooking import WINDOW, Followed, by_group, by_mentor, rebooking


def mentors(reading: Reading) -> dict[tuple[str, str], tuple[int, int, int, int, int]]:
    """Returns requests, cancelled ones, sessions, rebooked and all first users by mentor and tier."""
    booked = [((item.request.mentor, item.tier), item.status) for item in reading.bookings]
    met = [(item.mentor, item.tier) for item in reading.sessions]
    first = by_mentor(rebooking(reading))
    return {
        key: (
            sum(own == key for own, _ in booked),
            sum(own == key and status == "cancelled" for own, status in booked),
            met.count(key),
            *first.get(key, (0, 0)),
        )
        for key in {*met, *(own for own, _ in booked)}
    }


def account_status(reading: Reading) -> dict[tuple[str, str], tuple[int, int]]:
    """Returns (rebooked, users) by category and account status, of users with a session."""
    users = reading.history.current_users

    def status(followed: Followed) -> str:
        row = users.get(followed.first.user)
        return row["status"] if row else "unlisted"

    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for category in CATEGORY.values():
        own = {user: item for user, item in rebooking(reading).items() if item.category == category}
        counts |= {(category, name): count for name, count in by_group(own, status).items()}
    return counts


def months(reading: Reading) -> dict[tuple[date, str], tuple[int, int, bool]]:
    """Returns rebooked, users and whether all windows had closed, by month and category of the first."""
    cohorts: dict[tuple[date, str], list[Followed]] = {}
    for item in rebooking(reading).values():
        cohorts.setdefault((item.first.at.date().replace(day=1), item.category), []).append(item)
    return {
        key: (sum(item.rebooked for item in own), len(own), all(item.mature for item in own))
        for key, own in cohorts.items()
    }


def history(reading: Reading) -> dict[tuple[date, str], tuple[str, bool, int, int]]:
    """Returns category, whether it is a total, users and rebooked by date and group, as they stood then."""
    closed = [(item, (item.first.at + WINDOW).date()) for item in rebooking(reading, mature=True).values()]
    last = reading.observation_end.date()
    dates = {last, *(min(_month_end(day), last) for _, day in closed)}
    found = {}
    for as_of in dates:
        by_then = {item.first.user: item for item, day in closed if day <= as_of}
        for tier, (rebooked, users) in by_group(by_then).items():
            found[as_of, tier] = (CATEGORY[tier], False, users, rebooked)
        for category, (rebooked, users) in by_group(by_then, lambda item: item.category).items():
            found[as_of, category] = (category, True, users, rebooked)
    return found


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
