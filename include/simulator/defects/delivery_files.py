"""Reads and writes the files of one delivery, keeping their format and compression."""

import csv
import gzip
import io
import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from include.mentoring.sources import EVENTS, MENTORS, SOURCES, USERS
from include.pipeline.core.errors import UserFacingError

FILES = {source.name: source.file_name for source in (USERS, MENTORS, EVENTS)}


class DefectError(UserFacingError):
    """A defect cannot be applied; the message says why and what would work."""


@dataclass
class Delivery:
    """The rows of one delivery, to be changed in place.

    Rows of users and mentors are dicts of text; an event is any JSON value.
    """

    users: list[dict[str, str]]
    mentors: list[dict[str, str]]
    events: list[Any]

    def rows(self, source: str) -> list[Any]:
        """Returns the rows of `users`, `mentors` or `events`."""
        return getattr(self, source)


def path_of(folder: Path, source: str) -> Path:
    """Returns the file of the source, plain or `.gz`; raises DefectError when it is absent."""
    plain = folder / FILES[source]
    packed = plain.with_name(plain.name + ".gz")
    for path in (plain, packed):
        if path.is_file():
            return path
    raise DefectError(
        f"found no {plain.name} (nor {packed.name}) in {folder}: make a delivery first, "
        "with `python -m include.simulator sample --out DIR`"
    )


def read_bytes(path: Path) -> bytes:
    """Returns the content of a file, decompressed."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def write_bytes(path: Path, content: bytes) -> None:
    """Writes the content of a file, compressed if its name ends in .gz, always to the same bytes."""
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def read_delivery(folder: Path) -> Delivery:
    """Returns the rows of the three files; raises DefectError when one cannot be read."""
    try:
        delivery = Delivery(
            users=parse_csv(read_bytes(path_of(folder, "users"))),
            mentors=parse_csv(read_bytes(path_of(folder, "mentors"))),
            events=parse_events(read_bytes(path_of(folder, "events"))),
        )
    except (ValueError, csv.Error) as error:
        raise DefectError(
            f"cannot read the delivery in {folder} ({error}): it is damaged already; "
            "name the defects of whole files last"
        ) from error
    if empty := [source for source in FILES if not delivery.rows(source)]:
        raise DefectError(
            f"found no rows of {' and '.join(empty)} in {folder}: it is damaged already; "
            "name the defects of whole files last"
        )
    return delivery


def write_delivery(folder: Path, delivery: Delivery) -> None:
    """Writes the rows back; a file whose rows are the same keeps its bytes."""
    before = read_delivery(folder)
    for source in ("users", "mentors"):
        if delivery.rows(source) != before.rows(source):
            path = path_of(folder, source)
            header = header_of(read_bytes(path))
            write_bytes(path, csv_bytes(delivery.rows(source), header))
    if json.dumps(delivery.events) != json.dumps(before.events):
        path = path_of(folder, "events")
        write_bytes(path, event_bytes(delivery.events, is_array(read_bytes(path))))


def is_array(content: bytes) -> bool:
    """Returns whether events are one JSON array rather than one object a line."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")


def parse_csv(content: bytes) -> list[dict[str, str]]:
    """Returns the rows of a CSV file; a short row lacks its last columns."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{column: value for column, value in row.items() if value is not None} for row in reader]


def header_of(content: bytes) -> list[str]:
    """Returns the columns of a CSV file."""
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def parse_events(content: bytes) -> list[Any]:
    """Returns the JSON values of an events file of either format."""
    text = content.decode("utf-8-sig")
    if is_array(content):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def csv_bytes(rows: list[dict[str, str]], header: list[str]) -> bytes:
    """Returns rows as CSV with `\\n` line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()


def event_bytes(events: list[Any], array: bool) -> bytes:
    """Returns JSON values as one indented array, or one a line."""
    if array:
        return (json.dumps(events, indent=2) + "\n").encode()
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def latest_folder(folder: Path) -> Path:
    """Returns the latest subfolder named for a date, or `folder` itself where there is none."""
    dated = [path for path in folder.iterdir() if path.is_dir() and as_date(path.name)]
    return max(dated, key=lambda path: path.name, default=folder)


def next_delivery(folder: Path) -> tuple[Path, Path]:
    """Copies the latest delivery into the next day's subfolder; returns (latest, next).

    A flat delivery first moves into the subfolder of the day after its last event.
    """
    latest = latest_folder(folder)
    if latest == folder:
        day = last_day(read_delivery(folder)) + timedelta(days=1)
        latest = folder / day.isoformat()
        latest.mkdir()
        # Those of every source, also of one that has no defects here.
        for source in SOURCES:
            for path in folder.glob(f"{source.file_name}*"):
                path.rename(latest / path.name)
    next_folder = folder / (date.fromisoformat(latest.name) + timedelta(days=1)).isoformat()
    shutil.copytree(latest, next_folder)
    return latest, next_folder


def last_day(delivery: Delivery) -> date:
    """Returns the day of the latest event, as written in the file."""
    days = [as_date(str(event["timestamp"])[:10]) for event in delivery.events]
    return max(day for day in days if day)


def as_date(text: str) -> date | None:
    """Returns the date of a text such as `2023-08-01`, or None if it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
