"""Deliveries have exactly the events asked for, and the same seed gives the same bytes."""

import gzip
import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from include.simulator.any_size import MAX_EVENTS, DeliveryImpossible, write_delivery
from include.simulator.journeys import JOURNEYS
from tests.reference.history import TIERS
from tests.reference.measures import checks, reliability
from tests.reference.reading import read_folder
from tests.reference.rebooking import by_group, rebooking

FILES = ("users_db_export.csv", "mentor_tiers.csv", "booking_events.json")
TYPES = "{event_id: 'varchar', user_id: 'varchar', mentor_id: 'varchar', timestamp: 'varchar',"
COLUMNS = TYPES + " event_type: 'varchar'}"


@pytest.mark.parametrize("events", [1, 2, 17, 842, 5_000, 60_000])
def test_exactly_the_events_asked_for(tmp_path: Path, events: int) -> None:
    """The number of events is exact at any size, and their ids are unique."""
    write_delivery(tmp_path, events, seed=3)
    path = tmp_path / "booking_events.json"
    counts = duckdb.sql(
        f"select count(*), count(distinct event_id) from read_json('{path}', columns = {COLUMNS})"
    )
    assert counts.fetchone() == (events, events)


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """The same arguments write the same bytes of all three files; another seed writes others."""
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_delivery(tmp_path / name, 5_000, seed)
    for name in FILES:
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "again" / name).read_bytes()
    assert first != (tmp_path / "other" / "booking_events.json").read_bytes()


def test_bytes_are_pinned(tmp_path: Path) -> None:
    """A delivery named by size and seed is the same on every machine and DuckDB version."""
    write_delivery(tmp_path, 1_000, seed=1)
    content = b"".join((tmp_path / name).read_bytes() for name in FILES)
    assert hashlib.sha256(content).hexdigest()[:16] == "8c262ac94d21b834"


@pytest.mark.parametrize("file_format", ["array", "lines"])
@pytest.mark.parametrize("packed", [False, True])
def test_formats_hold_the_same_events(tmp_path: Path, file_format: str, packed: bool) -> None:
    """An array and one object a line, compressed or not, hold the same events."""
    write_delivery(tmp_path / "plain", 500)
    write_delivery(tmp_path / "asked", 500, file_format=file_format, packed=packed)
    path = tmp_path / "asked" / ("booking_events.json.gz" if packed else "booking_events.json")
    content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    rows = (
        json.loads(content) if file_format == "array" else [json.loads(line) for line in content.splitlines()]
    )
    assert len(rows) == 500
    assert rows == json.loads((tmp_path / "plain" / "booking_events.json").read_bytes())
    assert {type(row["user_id"]) for row in rows} == {int, str}
    suffix = ".gz" if packed else ""
    for name in FILES:
        assert (tmp_path / "asked" / f"{name}{suffix}").is_file()


def test_journeys_are_plausible(tmp_path: Path) -> None:
    """Every session has a booking, nothing is an anomaly, and tiers rebook in their order."""
    write_delivery(tmp_path, 30_000, seed=5)
    reading = read_folder(tmp_path)
    table = reliability(reading)
    for tier in JOURNEYS:
        assert 0 < table[tier]["attended"] == table[tier]["sessions"]
        assert 0 < table[tier]["cancelled"] < table[tier]["confirmed"]
        assert table[tier]["missing_end"] > 0
    assert sum(table[tier]["upcoming"] for tier in JOURNEYS) > 0
    assert table["Gold"]["rerequested_after_cancel"] > 0
    counts = by_group(rebooking(reading))
    rates = [counts[tier][0] / counts[tier][1] for tier in TIERS]
    assert rates[0] > rates[1] > rates[2] == 0
    found = checks(reading)
    assert found["anomalies"] == {}
    assert found["orphan_users"] == []
    assert found["dormant_users"] > 0


def test_users_and_mentors_grow_with_the_events(tmp_path: Path) -> None:
    """Ten times the events have about ten times the users and mentors."""
    sizes = []
    for events in (8_420, 84_200):
        write_delivery(tmp_path / str(events), events)
        history = read_folder(tmp_path / str(events)).history
        sizes.append((len(history.current_users), len(history.mentors[0].rows)))
    assert sizes[1][0] == pytest.approx(10 * sizes[0][0], rel=0.05)
    assert sizes[1][1] == 10 * sizes[0][1]


@pytest.mark.parametrize("events", [0, -1, MAX_EVENTS + 1])
def test_a_size_that_cannot_be_is_refused(tmp_path: Path, events: int) -> None:
    """A size outside 1 to 20 million is refused with what was found and expected."""
    with pytest.raises(DeliveryImpossible, match=f"found {events} events; expected 1 to"):
        write_delivery(tmp_path, events)


def test_no_second_copy_in_the_other_compression(tmp_path: Path) -> None:
    """A folder never gets a file both plain and compressed."""
    write_delivery(tmp_path, 20)
    with pytest.raises(DeliveryImpossible, match=r"users_db_export\.csv"):
        write_delivery(tmp_path, 20, packed=True)


def test_nothing_but_the_delivery_is_left(tmp_path: Path) -> None:
    """The folder holds the three files and no temporary ones."""
    write_delivery(tmp_path, 20)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
