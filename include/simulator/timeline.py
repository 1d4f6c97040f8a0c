"""Schedules the journeys: which user follows which, with which mentor, and when each event happens.

Times are counted back from the observation end, so nothing depends on the clock. Sessions of one
mentor overlap only if the mentor is declared double booked, and no pair meets twice a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from include.simulator.journeys import JOURNEYS, MENTORS, MINUTES_TO_CONFIRM, Journey, Mentor
from include.simulator.seeded_choice import number, pick

OBSERVATION_END = datetime(2023, 7, 21, 2, 5, tzinfo=UTC)
SESSION_MINUTES = (30, 30, 45, 25, 60)
ASSUMED_MINUTES = 30
"""The length the contract assumes for a session without a recorded end."""


@dataclass(frozen=True)
class Traveller:
    """One user on one journey with one mentor.

    `place` is their place among the journey's users, `overlaps` whether their first session runs
    into that of the mentor's first user.
    """

    journey: Journey
    place: int
    mentor: Mentor
    overlaps: bool = False

    @property
    def key(self) -> str:
        """Identifies the traveller."""
        return f"{self.mentor.tier} {self.journey.bookings} {self.place}"

    @property
    def churned(self) -> bool:
        """Whether the account is churned."""
        return self.place < self.journey.churned

    @property
    def recent(self) -> bool:
        """Whether the first session lies inside the last window."""
        return self.place >= self.journey.users - self.journey.recent

    @property
    def orphan(self) -> bool:
        """Whether the user is not in the backend's export."""
        return self.place >= self.journey.users - self.journey.orphans


@dataclass(frozen=True)
class Event:
    """One event of a traveller."""

    at: datetime
    traveller: Traveller
    event_type: str


@dataclass
class Calendar:
    """The sessions a mentor already has, as (start, end)."""

    taken: list[tuple[datetime, datetime]] = field(default_factory=list)

    def reserve(self, start: datetime, length: timedelta) -> datetime:
        """Reserves the first free time from `start` on, in steps of a quarter hour; returns it."""
        while any(start < end and begun < start + length for begun, end in self.taken):
            start += timedelta(minutes=15)
        self.taken.append((start, start + length))
        return start

    def double_book(self, length: timedelta) -> datetime:
        """Reserves a time inside the first session of the calendar; returns it."""
        start = self.taken[0][0] + timedelta(minutes=15)
        self.taken.append((start, start + length))
        return start


def travellers(seed: int) -> list[Traveller]:
    """Returns every user of the tables, mentor by mentor; recent users have the last mentors."""
    people: list[Traveller] = []
    for tier, journeys in JOURNEYS.items():
        users = [(journey, place) for journey in journeys for place in range(journey.users)]
        users.sort(
            key=lambda user: (
                user[1] >= user[0].users - user[0].recent,
                number(seed, "dealt", tier, user[0].bookings, user[1]),
            )
        )
        returning = iter([user for user in users if user[0].sessions > 1])
        once = iter([user for user in users if user[0].sessions == 1])
        never = [user for user in users if user[0].sessions == 0]
        mentors = [mentor for mentor in MENTORS if mentor.tier == tier]
        for mentor in mentors:
            for seat in range(mentor.users):
                journey, place = next(returning if seat < mentor.returning else once)
                overlaps = mentor.double_booked and seat == 1
                people.append(Traveller(journey, place, mentor, overlaps))
        for mentor, (journey, place) in zip(cycle(mentors), never, strict=False):
            people.append(Traveller(journey, place, mentor))
    return people


def events(seed: int) -> list[Event]:
    """Returns every event in the order the booking tool exports: by time, cause before effect."""
    delays = {tier: minutes_to_confirm(seed, tier) for tier in JOURNEYS}
    calendars: dict[str, Calendar] = {}
    happened: list[Event] = []
    for person in travellers(seed):
        calendar = calendars.setdefault(person.mentor.mentor_id, Calendar())
        happened += follow(seed, person, calendar, delays[person.mentor.tier])
    return sorted(happened, key=lambda event: event.at)


def minutes_to_confirm(seed: int, tier: str) -> Iterator[timedelta]:
    """Yields one delay for every confirmed booking of the tier, around the tier's median."""
    count = sum(journey.sessions * journey.users for journey in JOURNEYS[tier])
    half = count // 2
    for rank in sorted(range(count), key=lambda rank: number(seed, "delay", tier, rank)):
        spread = 25 if rank < half else 45
        yield timedelta(minutes=MINUTES_TO_CONFIRM[tier] + round((rank - half) * spread / half))


def follow(seed: int, person: Traveller, calendar: Calendar, delays: Iterator[timedelta]) -> Iterator[Event]:
    """Yields the events of one user's journey and reserves its sessions in the mentor's calendar."""
    bookings = person.journey.bookings
    age = 15 + pick(11, seed, "age", person.key)
    if not person.recent:
        age = 52 + pick(140, seed, "age", person.key)
    day = OBSERVATION_END.date() - timedelta(days=age)
    for place, booking in enumerate(bookings):
        key = (seed, person.key, place)
        rest = bookings[place + 1 :]
        if booking == "P":
            yield Event(OBSERVATION_END, person, "booking_requested")
        elif booking == "X" and not rest:
            requested = at_some_time(day, *key)
            yield Event(requested, person, "booking_requested")
            yield Event(requested + time_to_cancel(*key), person, "booking_cancelled")
        elif booking in "SO":
            length = timedelta(
                minutes=ASSUMED_MINUTES
                if booking == "O"
                else SESSION_MINUTES[pick(len(SESSION_MINUTES), "length", *key)]
            )
            is_first_session = not set(bookings[:place]) & set("SO")
            if person.overlaps and is_first_session:
                start = calendar.double_book(length)
            else:
                start = calendar.reserve(office_hour(day, *key), length)
            lead = timedelta(days=1 + pick(3, "lead", *key), seconds=pick(36_000, "second", *key))
            requested = start - lead
            if bookings[:place].endswith("X"):
                before = requested - time_to_cancel(*key)
                yield Event(before, person, "booking_requested")
                yield Event(requested, person, "booking_cancelled")
            yield Event(requested, person, "booking_requested")
            yield Event(requested + next(delays), person, "booking_confirmed")
            yield Event(start, person, "session_started")
            if booking == "S":
                yield Event(start + length, person, "session_ended")
            day = start.date() + timedelta(days=6 + pick(7, "gap", *key))


def at_some_time(day: date, *key: object) -> datetime:
    """Returns a second of `day`, away from its last two hours."""
    return datetime.combine(day, time(), UTC) + timedelta(seconds=pick(79_200, "time", *key))


def office_hour(day: date, *key: object) -> datetime:
    """Returns a quarter hour of `day` between 06:00 and 20:00."""
    return datetime.combine(day, time(6), UTC) + timedelta(minutes=15 * pick(56, "hour", *key))


def time_to_cancel(*key: object) -> timedelta:
    """Returns how long after its request a booking is cancelled."""
    return timedelta(minutes=4 + pick(53, "cancel", *key))
