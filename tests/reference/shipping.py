"""Worlds as a series of deliveries: at once or in batches, as records and as the bytes of the files."""

import csv
import gzip
import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from .history import COLUMNS, Delivered, as_text, latest, unfit, utc
from .worlds import BEGIN, CONTENT, DATA_DATES, END, World, spell

# The earliest and latest events of all; they belong to no world, whose numbers count from 1.
FIRST, LAST = (
    {
        "event_id": f"{name}-0",
        "user_id": "0999",
        "mentor_id": "M0-none",
        "timestamp": spell(at, "Z"),
        "event_type": "booking_requested",
    }
    for name, at in (("first", BEGIN), ("last", END))
)
# The delivery that may have any event: the others are too early for some.
LATEST = len(CONTENT) - 1
# How often an event comes once more in another delivery.
AGAIN = 0.1


@dataclass(frozen=True)
class Shipment:
    """One delivery: what it holds, and its files by name."""

    delivered: Delivered
    files: dict[str, bytes]


def at_once(worlds: list[World], seed: int) -> list[Shipment]:
    """Returns deliveries of which the first has all events, and the others the same file of them again."""
    random = Random(seed)
    exports = _Exports(worlds, random)
    records = _mixed([[*world.records] for world in worlds], random)
    events = [FIRST, *records, LAST]
    file = events_file(events, random)
    earlier = [exports.shipment(place, None, file) for place in range(LATEST)]
    return [exports.shipment(LATEST, events, file), *earlier]


def in_batches(worlds: list[World], seed: int) -> list[Shipment]:
    """Returns deliveries in a random order of their data dates, each with a random part of the events."""
    random = Random(seed)
    exports = _Exports(worlds, random)
    order = _order(random)
    parts = [_parts(world, [latest(DATA_DATES[place]) for place in order], random) for world in worlds]
    shipments = []
    for number, place in enumerate(order):
        events = [FIRST, *_mixed([part[number] for part in parts], random)]
        if place == LATEST:
            events.append(LAST)
        shipments.append(exports.shipment(place, events, events_file(events, random)))
    return shipments


def _order(random: Random) -> list[int]:
    """Returns the exports in a random order; those of one data date keep theirs."""
    places = random.sample(range(len(CONTENT)), len(CONTENT))
    for date in set(DATA_DATES):
        of_date = [place for place in places if DATA_DATES[place] == date]
        sorted_places = iter(sorted(of_date))
        places = [next(sorted_places) if place in of_date else place for place in places]
    return places


def _parts(world: World, ends: list[datetime], random: Random) -> list[list[object]]:
    """Returns the world's records split into batches: what must stay together does, in order.

    Args:
        world: whose records they are.
        ends: the latest time that each batch may have; a copy of a record may come in one too early.
        random: of every choice.
    """
    batches = len(ends)
    chosen = random.sample(range(batches), random.randint(1, batches))
    parts: list[list[object]] = [[] for _ in range(batches)]
    times = [_time(record) for record in world.records]
    batch_of: dict[int, int] = {}
    for record, group, time in zip(world.records, world.groups, times, strict=True):
        if world.keeps_groups:
            time = max(other for other, its in zip(times, world.groups, strict=True) if its == group)
        fit = [batch for batch in range(batches) if ends[batch] >= time]
        first = random.choice([batch for batch in chosen if batch in fit] or fit)
        if world.keeps_groups:
            first = batch_of.setdefault(group, first)
        parts[first].append(record)
        if random.random() < AGAIN:
            parts[random.randint(first, batches - 1)].append(record)
    if not world.keeps_groups:
        for part in parts:
            random.shuffle(part)
    return parts


def _time(record: object) -> datetime:
    """Returns when a record happened; of one that no delivery accepts any time that all accept."""
    row = as_text(record, COLUMNS["events"])
    return BEGIN if row is None or unfit("events", row, DATA_DATES[LATEST]) else utc(row["timestamp"])


def _mixed(parts: list[list[object]], random: Random) -> list[object]:
    """Returns the records of all parts in a random order that keeps that of every part."""
    turns = [place for place, part in enumerate(parts) for _ in part]
    random.shuffle(turns)
    left = [iter(part) for part in parts]
    return [next(left[place]) for place in turns]


@dataclass
class _Exports:
    """The exports of users and mentors: all worlds' rows, each content written once."""

    worlds: list[World]
    random: Random
    contents: list[dict[str, list[dict[str, Any]]]] = field(init=False)
    files: list[dict[str, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self.contents = [
            {
                "users": [row for world in self.worlds for row in world.users[content]],
                "mentors": [row for world in self.worlds for row in world.mentors[content]],
            }
            for content in range(len(set(CONTENT)))
        ]
        self.files = [
            csv_file("users_db_export.csv", COLUMNS["users"], rows["users"], self.random)
            | csv_file("mentor_tiers.csv", COLUMNS["mentors"], rows["mentors"], self.random)
            for rows in self.contents
        ]

    def shipment(self, place: int, events: list[object] | None, file: dict[str, bytes]) -> Shipment:
        rows = self.contents[CONTENT[place]]
        delivered = Delivered(DATA_DATES[place], [*rows["users"]], [*rows["mentors"]], events)
        return Shipment(delivered, self.files[CONTENT[place]] | file)


def csv_file(
    name: str, columns: tuple[str, ...], rows: list[dict[str, Any]], random: Random
) -> dict[str, bytes]:
    """Returns a CSV file by its name: with or without other columns, another order of them, blank lines."""
    names = random.sample(columns, len(columns))
    if random.random() < 0.5:
        names.insert(random.randint(0, len(names)), "note")
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval='of Ops, "old"', lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
        if random.random() < 0.02:
            text.write("\n")
    return _file(name, text.getvalue(), random)


def events_file(records: list[object], random: Random) -> dict[str, bytes]:
    """Returns the file of events by its name: an array, or one object a line."""
    varied = [_varied(record, random) for record in records]
    if random.random() < 0.5:
        text = json.dumps(varied, indent=random.choice([None, 2])) + "\n"
    else:
        blank = random.choice(["\n", "\n\n"])
        text = "".join(json.dumps(record) + blank for record in varied)
    return _file("booking_events.json", text, random)


def _varied(record: object, random: Random) -> object:
    if not isinstance(record, dict) or random.random() < 0.8:
        return record
    names = random.sample(sorted(record), len(record))
    return {name: record[name] for name in names} | {"channel": "app", "tags": [1, {"a": None}]}


def _file(name: str, text: str, random: Random) -> dict[str, bytes]:
    """Returns the file of a text: line ends LF or CRLF, with or without a byte order mark, packed or not."""
    content = text.replace("\n", random.choice(["\n", "\r\n"])).encode(random.choice(["utf-8", "utf-8-sig"]))
    return {f"{name}.gz": gzip.compress(content, mtime=0)} if random.random() < 0.3 else {name: content}
