"""The sample in `include/data` is the simulator's, and has the defects its README names."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from include.simulator.sample import write_sample
from tests.reference.reading import read_folder
from tests.reference.rebooking import rebooking

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "include" / "data"
REAL = PROJECT.parent / "shared" / "data" / "mentoring"
FILES = ("users_db_export.csv", "mentor_tiers.csv", "booking_events.json")


@pytest.fixture(scope="module")
def events() -> list[dict]:
    """The events of the sample as written in the file."""
    return json.loads((SAMPLE / "booking_events.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_the_generator_makes_the_shipped_files(tmp_path: Path, name: str) -> None:
    """The shipped sample is what the simulator writes, byte for byte."""
    write_sample(tmp_path)
    assert (SAMPLE / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Pacific/Kiritimati"])
def test_the_command_writes_the_same_under_any_time_zone(tmp_path: Path, zone: str) -> None:
    """The documented command writes the shipped bytes, whatever the zone and the hash seed."""
    subprocess.run(
        [sys.executable, "-m", "include.simulator", "sample", "--out", str(tmp_path)],
        cwd=PROJECT,
        env=os.environ | {"TZ": zone, "PYTHONHASHSEED": "1"},
        check=True,
    )
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_user_ids_are_numbers_and_texts(events: list[dict]) -> None:
    """Both kinds of user id occur, hundreds of times each."""
    kinds = Counter(type(event["user_id"]) for event in events)
    assert set(kinds) == {int, str}
    assert min(kinds.values()) > 200


def test_ids_are_the_samples_own(events: list[dict]) -> None:
    """Users count from 900001, the orphan is 999999, mentors are S-1 to S-15, event ids unique."""
    users = {int(event["user_id"]) for event in events}
    assert users - {999999} <= set(range(900001, 900151))
    assert 999999 in users
    assert {event["mentor_id"] for event in events} == {f"S-{n}" for n in range(1, 16)}
    assert len({event["event_id"] for event in events}) == 842


def test_exact_duplicate_users() -> None:
    """Five user rows come twice, equal in every column; no user has two different rows."""
    with open(SAMPLE / "users_db_export.csv", newline="", encoding="utf-8") as file:
        rows = Counter(tuple(row) for row in csv.reader(file))
    assert sum(count == 2 for count in rows.values()) == 5
    assert len({row[0] for row in rows}) == len(rows)


def test_cancelled_and_requested_again_in_the_same_second(events: list[dict]) -> None:
    """Ten re-requests have the same second as the cancellation before them."""
    last: dict[tuple[str, str], dict] = {}
    found = 0
    for event in events:
        before = last.get(pair := (str(event["user_id"]), event["mentor_id"]), event)
        kinds = (before["event_type"], event["event_type"])
        if before["timestamp"] == event["timestamp"]:
            found += kinds == ("booking_cancelled", "booking_requested")
        last[pair] = event
    assert found == 10


def test_several_requests_of_a_pair_on_one_day(events: list[dict]) -> None:
    """Some pairs ask more than once on a day."""
    requests = Counter(
        (str(event["user_id"]), event["mentor_id"], event["timestamp"][:10])
        for event in events
        if event["event_type"] == "booking_requested"
    )
    assert max(requests.values()) > 1


def test_the_file_is_in_order_of_time(events: list[dict]) -> None:
    """Events are in the file in order of time."""
    times = [event["timestamp"] for event in events]
    assert len(times) == 842
    assert times == sorted(times)


def test_right_censored_users() -> None:
    """Ten users had their first session less than 30 days before the observation end."""
    reading = read_folder(SAMPLE)
    everyone = rebooking(reading)
    mature = rebooking(reading, mature=True)
    assert len(everyone) - len(mature) == 10


def test_what_the_sample_leaves_to_the_defects() -> None:
    """No session crosses midnight, no pair meets twice a day, no user has a second mentor."""
    reading = read_folder(SAMPLE)
    assert len(reading.sessions) == 203
    days = defaultdict(list)
    for session in reading.sessions:
        assert session.start.date() == session.effective_end.date()
        assert timedelta(0) < session.effective_end - session.start <= timedelta(hours=1)
        days[session.user, session.mentor].append(session.start.date())
    assert all(len(set(met)) == len(met) for met in days.values())
    events = reading.history.events
    assert len({event.user for event in events}) == len({(event.user, event.mentor) for event in events})


def test_nothing_of_the_real_delivery_is_in_the_sample(events: list[dict]) -> None:
    """No id of the real delivery, and no pair's series of times, is in the sample."""
    if not REAL.is_dir():
        pytest.skip("the real delivery is missing (../shared/data/mentoring)")
    real = json.loads((REAL / "booking_events.json").read_text(encoding="utf-8"))
    assert len(real) == 842
    for column in ("event_id", "user_id", "mentor_id"):
        ours, theirs = ({str(row[column]) for row in rows} for rows in (events, real))
        assert not ours & theirs
    assert not histories(events) & histories(real)


def histories(events: list[dict]) -> set[tuple]:
    """Returns the series of (time, type) of every pair."""
    own = defaultdict(list)
    for event in events:
        pair = str(event["user_id"]), event["mentor_id"]
        own[pair].append((event["timestamp"], event["event_type"]))
    return {tuple(series) for series in own.values()}
