"""Defects of behavior and of history change the results of the reference model as declared."""

from collections import Counter
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.defects.delivery_files import FILES, Delivery, read_delivery
from tests.reference.measures import checks, churned
from tests.reference.reading import read_folder
from tests.reference.rebooking import rebooking

from .conftest import SAMPLE
from .folders import contents, total

ROWS = 2


@pytest.mark.parametrize(
    ("name", "column", "change"),
    [
        ("missing_session_ended", "missing_end", 2),
        ("cancel_and_rerequest_same_second", "rerequested_after_cancel", 2),
        ("several_requests_a_day", "requests", 2),
        ("two_sessions_a_day", "sessions", 2),
        ("second_mentor", "sessions", 2),
        ("cancel_after_confirm", "sessions", -2),
        ("cancel_after_confirm", "cancelled", 2),
        ("cancel_after_confirm", "confirmed", -2),
        ("end_without_start", "sessions", -2),
    ],
)
def test_reliability_moves(folder: Path, name: str, column: str, change: int) -> None:
    """The defect moves this column of the reliability table by the rows asked for."""
    before = total(folder, column)
    defects.apply(name, folder, rows=ROWS)
    assert total(folder, column) - before == change


@pytest.mark.parametrize(
    ("name", "figure", "expected"),
    [
        ("two_ends", "anomalies", {"second_end": 2}),
        ("end_without_start", "anomalies", {"end_without_start": 2}),
        ("dormant_users", "dormant_users", 12),
        ("unknown_user", "orphan_users", ["999000000", "999999"]),
    ],
)
def test_checks_move(folder: Path, name: str, figure: str, expected: object) -> None:
    """The defect moves this figure over all tiers."""
    defects.apply(name, folder, rows=ROWS)
    assert checks(read_folder(folder))[figure] == expected


def test_churned_with_activity(folder: Path) -> None:
    """Two more users with a session are churned."""
    defects.apply("churned_with_activity", folder, rows=ROWS)
    assert sum(churned(read_folder(folder)).values()) == 13 + ROWS


def test_right_censored(folder: Path) -> None:
    """Two more users have a window that is still open."""
    defects.apply("right_censored", folder, rows=ROWS)
    reading = read_folder(folder)
    everyone, mature = (rebooking(reading, mature=only) for only in (False, True))
    assert len(everyone) - len(mature) >= 10
    end = reading.observation_end
    assert end == read_folder(SAMPLE).observation_end
    recent = [session for session in reading.sessions if (end - session.start).days < 2]
    assert len(recent) == ROWS


def test_second_mentor(folder: Path) -> None:
    """Two users have sessions with two mentors, and rebooked."""
    defects.apply("second_mentor", folder, rows=ROWS)
    reading = read_folder(folder)
    met = {(session.user, session.mentor) for session in reading.sessions}
    twice = [user for user, count in Counter(user for user, _ in met).items() if count == 2]
    assert len(twice) == ROWS
    assert all(rebooking(reading)[user].rebooked for user in twice)


def test_two_sessions_a_day(folder: Path) -> None:
    """Two pairs have two sessions on one day, each with its own booking."""
    defects.apply("two_sessions_a_day", folder, rows=ROWS)
    sessions = read_folder(folder).sessions
    days = Counter((session.user, session.mentor, session.start.date()) for session in sessions)
    assert sum(count == 2 for count in days.values()) == ROWS
    assert total(folder, "attended") == total(folder, "sessions") == 203 + ROWS


def test_session_across_midnight(folder: Path) -> None:
    """Two sessions begin on one day and end on the next."""
    defects.apply("session_across_midnight", folder, rows=ROWS)
    sessions = read_folder(folder).sessions
    assert len(sessions) == 203
    assert sum(s.end is not None and s.end.date() > s.start.date() for s in sessions) == ROWS


def test_orphan_requests(folder: Path) -> None:
    """Unknown users have six percent of all requests and confirmations, and no session."""
    defects.apply("orphan_requests", folder)
    reading = read_folder(folder)
    kinds = ("booking_requested", "booking_confirmed")
    booked = [event for event in reading.history.events if event.kind in kinds]
    unknown = [event for event in booked if event.user.startswith("999000")]
    assert 0.06 <= len(unknown) / len(booked) < 0.07
    assert len(reading.sessions) == 203


def test_stopped_clock(folder: Path) -> None:
    """A fifth of the events, the latest ones, have one time; none comes or goes."""
    defects.apply("stopped_clock", folder)
    times = [event.at for event in read_folder(folder).history.events]
    assert len(times) == 842
    assert times.count(max(times)) >= 169
    assert max(times) < read_folder(SAMPLE).observation_end


def test_unknown_user_takes_a_fraction(folder: Path) -> None:
    """A fraction of the events belongs to unknown users, whole pairs at a time."""
    defects.apply("unknown_user", folder, rows=0.06)
    events = read_delivery(folder).events
    unknown = [event for event in events if str(event["user_id"]).startswith("999000")]
    assert 51 <= len(unknown) < 51 + 24
    assert len(events) == 842


def test_unknown_mentor(folder: Path) -> None:
    """Whole pairs with at least the events asked for have a mentor the sheet does not list."""
    defects.apply("unknown_mentor", folder, rows=10)
    delivery = read_delivery(folder)
    assert "S-404" not in {row["mentor_id"] for row in delivery.mentors}
    assert 10 <= sum(event["mentor_id"] == "S-404" for event in delivery.events) < 10 + 24


@pytest.fixture
def days(folder: Path, request: pytest.FixtureRequest) -> tuple[Delivery, Delivery]:
    """The two deliveries into which a defect of history turns the sample."""
    defects.apply(request.param, folder, rows=ROWS)
    assert sorted(path.name for path in folder.iterdir()) == ["2023-07-22", "2023-07-23"]
    return read_delivery(folder / "2023-07-22"), read_delivery(folder / "2023-07-23")


@pytest.mark.parametrize("days", ["split_session"], indirect=True)
def test_split_session(days: tuple[Delivery, Delivery]) -> None:
    """The second delivery has the ends of two sessions and nothing else; none is lost."""
    first, second = days
    assert [event["event_type"] for event in second.events] == ["session_ended"] * ROWS
    ids = {event["event_id"] for event in first.events + second.events}
    assert len(first.events) == 842 - ROWS and len(ids) == 842


@pytest.mark.parametrize("days", ["tier_change"], indirect=True)
def test_tier_change(days: tuple[Delivery, Delivery]) -> None:
    """Two mentors have another tier and another price; users and events are the same."""
    first, second = days
    changed = [(a, b) for a, b in zip(first.mentors, second.mentors, strict=True) if a != b]
    assert len(changed) == ROWS
    for before, after in changed:
        assert before["mentor_id"] == after["mentor_id"]
        assert before["tier"] != after["tier"] and before["hourly_rate"] != after["hourly_rate"]
    assert first.events == second.events and first.users == second.users


@pytest.mark.parametrize("days", ["mentor_left"], indirect=True)
def test_mentor_left(days: tuple[Delivery, Delivery]) -> None:
    """Two mentors of the first delivery are not in the second."""
    first, second = days
    assert len(first.mentors) - len(second.mentors) == ROWS
    assert all(mentor in first.mentors for mentor in second.mentors)


def test_a_later_defect_hits_the_latest_delivery(folder: Path) -> None:
    """After a second delivery, a defect changes that one and leaves the first alone."""
    defects.apply("tier_change", folder)
    before = contents(folder)
    defects.apply("unknown_status", folder)
    after = contents(folder)
    assert {path for path in after if after[path] != before[path]} == {f"2023-07-23/{FILES['users']}"}
