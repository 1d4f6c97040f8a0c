"""Days in a row: their order, and the rows that count as new."""

import itertools
from datetime import date
from pathlib import Path

from benchmarks.days import DAYS, _new_rows, in_order
from include.simulator.consecutive_days import Delivery
from tests.support.deliveries import MENTORS_HEADER, USERS_HEADER, user


def test_two_days_come_late() -> None:
    """Each runs once, and all others in their order."""
    order = in_order(DAYS)
    assert sorted(order) == list(range(1, DAYS + 1))
    assert [day for day, next_day in itertools.pairwise(order) if next_day < day] == [11, 21]
    assert order[-1] == DAYS


def test_new_rows_are_events_and_changes_of_snapshots(tmp_path: Path) -> None:
    """A row that only moved is not new, one that is gone neither."""
    days = [
        delivery(tmp_path / "1", [user(1), user(2), user(3)], events=2),
        delivery(tmp_path / "2", [user(2), user(1, "churned"), user(4)], events=1),
    ]
    assert list(_new_rows(days)) == [2 + 2 + 3, 1 + 2]


def delivery(folder: Path, users: list[str], events: int) -> Delivery:
    """Write a delivery whose events have a line each; headers count as rows of the first one."""
    folder.mkdir()
    (folder / "users_db_export.csv").write_text(USERS_HEADER + "".join(users), encoding="utf-8")
    (folder / "mentor_tiers.csv").write_text(MENTORS_HEADER, encoding="utf-8")
    (folder / "booking_events.json").write_text("[\n" + "{},\n" * events + "]\n", encoding="utf-8")
    return Delivery(folder, date(2031, 5, 2))
