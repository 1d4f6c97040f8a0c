"""Deliveries of any size, made by DuckDB in sets: journeys as in the sample, in bounded memory.

Users follow the journeys of `journeys.py` in the proportions given there, over half a year. The
export is what had happened when it held the events asked for, so the last users are cut off in the
middle, as in a real one.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from include.pipeline.core.errors import MentoringError
from include.simulator.journeys import DORMANT_USERS, HOURLY_RATES, JOURNEYS, MENTORS, MINUTES_TO_CONFIRM

MOST_EVENTS = 20_000_000
FORMATS = ("array", "lines")
FILES = {
    "user_rows": "users_db_export.csv",
    "mentor_rows": "mentor_tiers.csv",
    "events": "booking_events.json",
}
"""The file of each view of `any_size.sql`."""
CUT_OFF = 0.05
"""The share of what would have happened that lies after the export."""
MEMORY_LIMIT = "2GB"
EVENTS_OF_A_USER = 5
"""Fewer than the journeys' mean, so that there are enough candidates."""
REQUESTED = ("booking_requested", "requested")
CONFIRMED = ("booking_confirmed", "confirmed")
STARTED = ("session_started", "started")
ENDED = ("session_ended", "ended")
MOMENTS = {
    "S": (REQUESTED, CONFIRMED, STARTED, ENDED),
    "O": (REQUESTED, CONFIRMED, STARTED),
    "X": (REQUESTED, ("booking_cancelled", "cancelled later")),
    "X before S or O": (
        ("booking_requested", "requested before"),
        ("booking_cancelled", "requested"),
    ),
    "P": (REQUESTED,),
}
"""The events of a booking, each with the moment it happens, which `any_size.sql` turns to a time.

A cancellation before another booking happens the moment that one is requested.
"""


class DeliveryImpossible(MentoringError):
    """The delivery asked for cannot be made; the message says what can."""


def write_delivery(
    folder: Path, events: int, seed: int = 0, file_format: str = "array", packed: bool = False
) -> None:
    """Writes the three files of a delivery with exactly `events` events into `folder`.

    `file_format` is `array` or `lines`, `packed` gzips all three files. The same arguments write
    the same bytes. Raises DeliveryImpossible for a size, format or folder that cannot be served.
    """
    if not 1 <= events <= MOST_EVENTS:
        raise DeliveryImpossible(f"found {events} events; expected 1 to {MOST_EVENTS}")
    if file_format not in FORMATS:
        raise DeliveryImpossible(f"found format {file_format!r}; expected array or lines")
    folder.mkdir(parents=True, exist_ok=True)
    paths = {view: folder / (f"{name}.gz" if packed else name) for view, name in FILES.items()}
    refuse_twins(paths.values())
    options = {view: "format csv, header" for view in FILES}
    options["events"] = f"format json, array {str(file_format == 'array').lower()}"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        try:
            with duckdb.connect(f"{scratch}/delivery.duckdb") as connection:
                connection.execute("set memory_limit = ?", [MEMORY_LIMIT])
                connection.execute("set temp_directory = ?", [f"{scratch}/spill"])
                prepare(connection, events, seed)
                for view, path in paths.items():
                    # DuckDB packs a file whose name ends in .gz.
                    connection.execute(f"copy (from {view}) to $path ({options[view]})", {"path": str(path)})
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise DeliveryImpossible(
                f"DuckDB could not write {events} events into {folder}: {error}; expected about "
                f"300 bytes of disk an event and {MEMORY_LIMIT} of memory"
            ) from error


def refuse_twins(paths: Iterable[Path]) -> None:
    """Raises DeliveryImpossible where a file is there already in the other compression."""
    for path in paths:
        packed = path.suffix == ".gz"
        twin = path.with_suffix("") if packed else path.with_name(f"{path.name}.gz")
        if twin.exists():
            raise DeliveryImpossible(
                f"found {twin} and would write {path.name} beside it; expected a folder with one "
                "of the two: choose another one, or remove the file"
            )


def prepare(connection: duckdb.DuckDBPyConnection, events: int, seed: int) -> None:
    """Makes the views `events`, `user_rows` and `mentor_rows`."""
    connection.execute(
        "create macro pick(count, what, key) as"
        f" (md5_number_lower(concat_ws('|', {seed:d}, what, key)) % count::ubigint)::bigint"
    )
    connection.execute("create macro user_id(number) as (2000001 + number)::varchar")
    connection.execute("create macro mentor_id(number) as 'S-' || (1 + number)")
    tickets = [
        (journey, tier, place < journey.churned)
        for tier, journeys in JOURNEYS.items()
        for journey in journeys
        for place in range(journey.users)
    ]
    connection.execute(
        "create table tickets (ticket bigint, tier varchar, churned boolean, events bigint,"
        " seats bigint[], minutes_to_confirm bigint)"
    )
    connection.execute(
        "create table moments (ticket bigint, step bigint, slot bigint, event_type varchar, moment varchar)"
    )
    connection.execute("create table sheet (mentor_number bigint, tier varchar, hourly_rate bigint)")
    steps = [list(moments(journey.bookings)) for journey, _, _ in tickets]
    seats = {
        tier: [place for place, mentor in enumerate(MENTORS) if mentor.tier == tier] for tier in JOURNEYS
    }
    fill(
        connection,
        "tickets",
        [
            (ticket, tier, churned, len(steps[ticket]), seats[tier], MINUTES_TO_CONFIRM[tier])
            for ticket, (_, tier, churned) in enumerate(tickets)
        ],
    )
    fill(
        connection,
        "moments",
        [(ticket, step, *moment) for ticket, own in enumerate(steps) for step, moment in enumerate(own)],
    )
    fill(
        connection,
        "sheet",
        [(n, mentor.tier, HOURLY_RATES[mentor.tier]) for n, mentor in enumerate(MENTORS)],
    )
    made = int(events * (1 + CUT_OFF)) + 1
    values = {
        "tickets": len(tickets),
        "candidates": made // EVENTS_OF_A_USER + 200,
        "sheet": len(MENTORS),
        "blocks": max(1, events // 842),
        "made": made,
        "seed": int(seed),
        "events": events,
        "dormant_share": DORMANT_USERS / len(tickets),
    }
    script = Path(__file__).with_name("any_size.sql").read_text(encoding="utf-8")
    for name, value in values.items():
        script = script.replace(f"${name}$", str(value))
    connection.execute(script)


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Inserts rows in one statement: a thousand of them take a second one by one."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    places = ", ".join(["unnest(?)"] * len(columns))
    connection.execute(f"insert into {table} select {places}", columns)


def moments(bookings: str) -> Iterator[tuple[int, str, str]]:
    """Yields (slot, event type, moment) for the events of a journey; a session ends its slot."""
    slot = 0
    for place, booking in enumerate(bookings):
        meets = booking in ("S", "O")
        if booking == "X" and bookings[place + 1 : place + 2] in ("S", "O"):
            booking = "X before S or O"
        for event_type, moment in MOMENTS[booking]:
            yield slot, event_type, moment
        slot += meets
