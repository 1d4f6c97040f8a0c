"""Each day brings its events, late ends of sessions, and snapshots that changed a little."""

import csv
import itertools
import json
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from include.simulator.any_size import FILES
from include.simulator.consecutive_days import Days, Delivery, write_days

EVENTS, NEW, DAYS = 20_000, 20, 20


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """Return the deliveries of some days."""
    return write_days(tmp_path_factory.mktemp("days"), EVENTS, NEW, DAYS, seed=4)


def events(delivery: Delivery) -> list[dict[str, Any]]:
    return json.loads((delivery.folder / FILES["events"]).read_bytes())


def snapshot(delivery: Delivery, view: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of a file by their key."""
    with (delivery.folder / FILES[view]).open(encoding="utf-8") as file:
        return {row[0]: tuple(row[1:]) for row in list(csv.reader(file))[1:]}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the keys in both whose rows differ."""
    return {key for key in before.keys() & after.keys() if before[key] != after[key]}


def day_of(event: dict[str, Any]) -> date:
    return date.fromisoformat(event["timestamp"][:10])


def test_events_are_split_by_day(days: Days) -> None:
    """Exactly as many as asked for, each once, and none later than its day."""
    deliveries = (days.first, *days.increments)
    split = [events(delivery) for delivery in deliveries]
    assert [len(each) for each in split] == [EVENTS, *[NEW] * DAYS]
    assert len({event["event_id"] for each in split for event in each}) == EVENTS + DAYS * NEW
    assert events(days.again) == split[0] + split[1]
    assert max(map(day_of, split[0])) == days.first.data_date
    for delivery, each in zip(deliveries, split, strict=True):
        assert max(map(day_of, each)) <= delivery.data_date


def test_data_dates_follow_each_other(days: Days) -> None:
    """A thousandth of the events is a day of this world: its events lag days behind at most."""
    dates = [delivery.data_date for delivery in (days.first, *days.increments)]
    assert all(before < after for before, after in itertools.pairwise(dates))
    assert dates[-1] - max(map(day_of, events(days.increments[-1]))) < timedelta(days=5)
    assert days.again.data_date == dates[1]


def test_a_full_export_begins_with_the_one_before(days: Days) -> None:
    """Byte for byte, up to the bracket that ends it."""
    first, again = ((delivery.folder / FILES["events"]).read_bytes() for delivery in (days.first, days.again))
    assert again.startswith(first.rstrip(b"]\n"))


def test_some_ends_of_sessions_come_late(days: Days) -> None:
    """A delivery that reaches back has ends alone; the first ones miss some as well."""
    latest = max(event["timestamp"] for event in events(days.first))
    late = []
    for delivery in days.increments:
        late += [event for event in events(delivery) if event["timestamp"] < latest]
        latest = max(latest, *(event["timestamp"] for event in events(delivery)))
    assert {event["event_type"] for event in late} == {"session_ended"}


def test_users_sign_up_and_change(days: Days) -> None:
    """Users only come, and of those who are there a small share changes its status."""
    before = snapshot(days.first, "user_rows")
    after = snapshot(days.increments[-1], "user_rows")
    assert before.keys() < after.keys()
    assert all(row[1] <= days.first.data_date.isoformat() for row in before.values())
    different = changed(before, after)
    assert 0 < len(different) < len(before) / 50
    assert all(before[key][:2] == after[key][:2] for key in different)
    for event in events(days.increments[-1]):
        assert str(event["user_id"]) in after


def test_a_mentor_changes_and_three_come(days: Days) -> None:
    """Every day; some of the new users have a new mentor, in whose tier they stay."""
    deliveries = [days.first, *days.increments]
    listed = [snapshot(delivery, "mentor_rows") for delivery in deliveries]
    for number, (before, after) in enumerate(itertools.pairwise(listed)):
        passed = (deliveries[number + 1].data_date - deliveries[number].data_date).days
        assert len(changed(before, after)) == passed
        assert len(after) - len(before) == 3 * passed
    for delivery, mentors in zip(days.increments, listed[1:], strict=True):
        assert {event["mentor_id"] for event in events(delivery)} <= mentors.keys()
    asked = {event["mentor_id"] for delivery in days.increments for event in events(delivery)}
    assert asked - listed[0].keys()


def test_the_late_delivery_is_a_week_old(days: Days) -> None:
    """With other statuses and tiers than the first one has, and with events that it has."""
    assert days.first.data_date - days.late.data_date == timedelta(days=7)
    for view in ("user_rows", "mentor_rows"):
        assert changed(snapshot(days.late, view), snapshot(days.first, view))
    known = events(days.first)
    assert len(events(days.late)) == NEW
    assert all(event in known for event in events(days.late))


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Another seed writes other bytes."""
    written = []
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_days(tmp_path / name, 800, 1, 2, seed)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        assert len(files) == 3 * 5
        written.append(sha256(b"".join(path.read_bytes() for path in files)).hexdigest())
    assert written[0] == written[1] != written[2]
