"""Small random histories of a few users and mentors, with ids of their own, so that many share one build.

A world is built from the name of its main defect, a number that all its ids carry, and a seed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

from .history import COLUMNS, KINDS, TIERS, latest

BEGIN = datetime(2031, 1, 5, tzinfo=UTC)
# The data dates of the exports, in the order in which the ones of the same date are loaded.
DATA_DATES = (date(2031, 2, 1), date(2031, 3, 1), date(2031, 3, 1), date(2031, 3, 15), date(2031, 4, 18))
# Nothing that is accepted happens after it: the observation end of every build of worlds.
END = latest(DATA_DATES[-1])
# Which content each of them has: the fourth returns to the first one, byte by byte.
CONTENT = (0, 1, 2, 0, 3)
MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
WINDOWS = tuple(timedelta(days=days) for days in (14, 30, 60, 90))
STEPS = (
    timedelta(),
    MICROSECOND,
    timedelta(seconds=1),
    *(timedelta(minutes=30) + MICROSECOND * aside for aside in (-1, 0, 1)),
    timedelta(hours=5),
    timedelta(days=1),
    *(window + MICROSECOND * aside for window in WINDOWS[:2] for aside in (-1, 0, 1)),
)
OTHER_DEFECTS = (2, 7)

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One small history: the rows of its exports by content, and its events as the tool would send them.

    Attributes:
        name: its main defect.
        number: the part of its ids that no other world has.
        users, mentors: the rows of each of the different exports.
        records: the events in the order of the file.
        groups: for each record, a name that it shares with the ones whose order among each other counts.
        keeps_groups: whether the records of one group are delivered together, in the order of the file.
    """

    name: str
    number: int
    users: list[list[Row]]
    mentors: list[list[Row]]
    records: list[object]
    groups: list[int]
    keeps_groups: bool


def number_of(name: str) -> int:
    """Returns the number of the world whose user, mentor or event this is."""
    if name.startswith("M"):
        return int(name[1:].partition("-")[0])
    return int(name.partition("-")[2] or name[:-3])


@dataclass
class Draft:
    """A world while it is made; an event has `at` (UTC) instead of its `timestamp`."""

    name: str
    number: int
    random: Random
    users: list[list[Row]] = field(default_factory=list)
    mentors: list[list[Row]] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    unfit: list[object] = field(default_factory=list)
    people: int = 0
    spellings: tuple[str, ...] = ("Z",)
    mixes_ids: bool = False
    is_shuffled: bool = False

    def user(self) -> str:
        """Returns a new user of every export."""
        self.people += 1
        user = f"{self.number}{self.people:03}"
        company = self.random.randint(1, 9)
        signup = f"2030-12-{self.random.randint(1, 31):02}"
        status = self.random.choice(["active", "active", "churned"])
        for export in self.users:
            export.append(dict(zip(COLUMNS["users"], (user, company, signup, status), strict=True)))
        return user

    def mentor(self) -> str:
        """Returns a new mentor of every sheet."""
        self.people += 1
        mentor = f"M{self.number}-{self.people}"
        tier, rate = self.random.choice(TIERS), self.random.randint(20, 200)
        for sheet in self.mentors:
            sheet.append(dict(zip(COLUMNS["mentors"], (mentor, tier, rate), strict=True)))
        return mentor

    def known(self, column: str) -> str:
        """Returns some user or mentor of the world."""
        rows = self.users if column == "user_id" else self.mentors
        return self.random.choice(rows[0])[column]

    def pair(self) -> tuple[str, str]:
        """Returns some user and mentor of the world."""
        return self.known("user_id"), self.known("mentor_id")

    def moment(self, before: timedelta = timedelta(days=20)) -> datetime:
        """Returns some minute that is `before` the end or earlier."""
        minutes = (END - before - BEGIN) // MINUTE
        return BEGIN + MINUTE * self.random.randrange(minutes)

    def event(self, kind: str, user: str, mentor: str, at: datetime) -> Row:
        """Adds an event and returns it."""
        event_id = f"{self.random.getrandbits(32):08x}-{self.number}"
        event = {"event_id": event_id, "user_id": user, "mentor_id": mentor, "event_type": kind, "at": at}
        self.events.append(event)
        return event

    def booking(self, user: str, mentor: str, at: datetime, wait: timedelta | None = None) -> datetime:
        """Adds a request at `at` and its confirmation; returns when that was."""
        self.event("booking_requested", user, mentor, at)
        confirmed = at + (wait or timedelta(minutes=self.random.randint(1, 90)))
        self.event("booking_confirmed", user, mentor, confirmed)
        return confirmed

    def session(self, user: str, mentor: str, at: datetime, lasts: timedelta | None = None) -> datetime:
        """Adds a session that starts at `at`; returns its end."""
        self.event("session_started", user, mentor, at)
        ended = at + (lasts or timedelta(minutes=self.random.randint(10, 60)))
        self.event("session_ended", user, mentor, ended)
        return ended

    def attended(self, user: str, mentor: str, start: datetime) -> datetime:
        """Adds a booking and its session that starts at `start`; returns its end."""
        self.booking(user, mentor, start - timedelta(hours=self.random.randint(3, 72)))
        return self.session(user, mentor, start)


def make(name: str, number: int, seed: int, defects: dict[str, Callable[[Draft], None]]) -> World:
    """Returns the world of this main defect, number and seed, with some of the other defects."""
    random = Random(f"{name} {seed}")
    contents = len(set(CONTENT))
    draft = Draft(name, number, random, [[] for _ in range(contents)], [[] for _ in range(contents)])
    for _ in range(random.randint(1, 3)):
        draft.user()
    for _ in range(random.randint(1, 2)):
        draft.mentor()
    for _ in range(random.randint(1, 3)):
        _journey(draft)
    if random.random() < 0.3:
        _anything(draft)
    others = random.sample(sorted(set(defects) - {name}), random.randint(*OTHER_DEFECTS))
    for defect in (*others, name):
        defects[defect](draft)
    return _finish(draft)


def _journey(draft: Draft) -> None:
    """Adds what a user usually does: some sessions with a mentor, some days apart."""
    user, mentor = draft.pair()
    at = draft.moment()
    for _ in range(draft.random.randint(1, 3)):
        draft.attended(user, mentor, at)
        at += timedelta(days=draft.random.randint(2, 45), minutes=draft.random.randint(0, 600))


def _anything(draft: Draft) -> None:
    """Adds events of a pair in any order and at the distances at which the definitions change."""
    (user, mentor), at = draft.pair(), draft.moment()
    for _ in range(draft.random.randint(3, 12)):
        draft.event(draft.random.choice(KINDS), user, mentor, at)
        at += draft.random.choice(STEPS)


def _finish(draft: Draft) -> World:
    """Returns the draft as a world: its events spelled as the tool does, by time or in no order."""
    random = draft.random
    # Stable, so that events of one time stay in the order in which they were added.
    events = sorted((event for event in draft.events if event["at"] <= END), key=lambda event: event["at"])
    if draft.is_shuffled:
        random.shuffle(events)
    groups = _groups(events)
    records: list[object] = [_record(draft, event) for event in events]
    for unfit in draft.unfit:
        place = random.randint(0, len(records))
        records.insert(place, unfit)
        # A row that is rejected shares its id with nothing, whatever it says.
        groups.insert(place, max(groups, default=0) + 1)
    keeps_groups = random.random() < 0.5
    return World(draft.name, draft.number, draft.users, draft.mentors, records, groups, keeps_groups)


def _groups(events: list[Row]) -> list[int]:
    """Returns a number for each event; equal for those of one user and time, and of one id."""
    numbers = list(range(len(events)))
    for place, event in enumerate(events):
        for earlier, other in enumerate(events[:place]):
            is_tie = event["user_id"] == other["user_id"] and event["at"] == other["at"]
            if is_tie or event["event_id"] == other["event_id"]:
                joined, gone = numbers[earlier], numbers[place]
                numbers = [joined if number == gone else number for number in numbers]
    return numbers


def _record(draft: Draft, event: Row) -> Row:
    """Returns an event as the tool sends it, its id as a number or as text."""
    record = {
        **event,
        "timestamp": spell(event["at"], event.get("spelling") or draft.random.choice(draft.spellings)),
    }
    record = {name: record[name] for name in COLUMNS["events"]}
    if draft.mixes_ids and draft.random.random() < 0.5:
        record["user_id"] = int(record["user_id"])
    return record


def spell(at: datetime, spelling: str) -> str:
    """Returns a time in one of the ways of ISO 8601: `Z`, `z`, nothing, nanoseconds, or an offset."""
    if spelling in ("", "Z", "z", "nanoseconds"):
        text = at.replace(tzinfo=None).isoformat()
        if spelling == "nanoseconds":
            return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "999Z"
        return (text.lower() if spelling == "z" else text) + spelling
    sign, hours, minutes = spelling[0], int(spelling[1:3]), int(spelling[3:].lstrip(":") or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    return at.astimezone(timezone(offset)).replace(tzinfo=None).isoformat(sep=" ") + spelling
