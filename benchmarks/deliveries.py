"""The generated deliveries that all contestants read: a first one, and the next day's in two forms."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.simulator.any_size import write_delivery

# What the next day brings, of the events of the first delivery.
NEW_SHARE = 0.001
FIRST_DAY = "2026-01-01"
NEXT_DAY = "2026-01-02"


@dataclass(frozen=True)
class Deliveries:
    """Landing folders, each with the three files of one day.

    Attributes:
        events: of the first delivery.
        first: events as one JSON array, as the booking tool exports them.
        increment: the new events of the next day alone.
        again: all events with the new ones, as a full export.
    """

    events: int
    first: Path
    increment: Path
    again: Path


def write(folder: Path, events: int) -> Deliveries:
    """Write deliveries below the folder; the same number gives the same bytes."""
    made = Deliveries(events, folder / "first", folder / "increment", folder / "again")
    new = max(1, round(events * NEW_SHARE))
    write_delivery(folder / "all", events + new, file_format="lines")
    for target in (made.first, made.increment, made.again):
        target.mkdir()
        for name in (USERS.file_name, MENTORS.file_name):
            shutil.copyfile(folder / "all" / name, target / name)
    with (folder / "all" / EVENTS.file_name).open(encoding="utf-8") as lines:
        _write_array(made.first / EVENTS.file_name, islice(lines, events))
        rest = list(lines)
        _write_array(made.increment / EVENTS.file_name, rest)
    with (folder / "all" / EVENTS.file_name).open(encoding="utf-8") as lines:
        _write_array(made.again / EVENTS.file_name, lines)
    shutil.rmtree(folder / "all")
    return made


def _write_array(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        separators = chain("[", repeat(",\n"))
        file.writelines(separator + line.rstrip() for separator, line in zip(separators, lines, strict=False))
        file.write("]\n")
