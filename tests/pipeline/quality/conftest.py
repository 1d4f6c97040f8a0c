"""A warehouse in a temporary folder, and deliveries written by the tests."""

import functools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core import origin, settings
from include.pipeline.core.settings import declared
from include.pipeline.ingest import landing, landing_tables, ledger
from tests.support.deliveries import complete

DATA_DATE = date(2031, 5, 2)
RUN_ID = "manual__2031-05-02T00:00:00+00:00"

USERS = """user_id,company_id,signup_date,status
71,C-1,2031-01-05,active
72,C-1,2031-01-06,active
73,C-2,2031-01-07,churned
74,C-2,2031-01-08,active
"""
MENTORS = """mentor_id,tier,hourly_rate
K1,Gold,120.50
K2,Silver,80
"""


def event(event_id: str, event_type: str, user_id: object = 71, mentor_id: str = "K1") -> dict:
    """Return one event, of the day before the data date."""
    return {
        "event_id": event_id,
        "user_id": user_id,
        "mentor_id": mentor_id,
        "timestamp": "2031-05-01T10:00:00Z",
        "event_type": event_type,
    }


EVENTS = [
    event(f"{event_type}-{user_id}", event_type, user_id, mentor_id)
    for user_id, mentor_id in ((71, "K1"), (72, "K1"), (73, "K2"), (74, "K2"))
    for event_type in (
        "booking_requested",
        "booking_confirmed",
        "session_started",
        "session_ended",
    )
]

Deliver = Callable[..., None]


@pytest.fixture
def use_warehouse(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return a function that makes a folder the warehouse of the test."""

    def use(folder: Path) -> None:
        monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(folder))
        settings.load()

    return use


@pytest.fixture
def deliver(use_warehouse: Callable[[Path], None], tmp_path: Path) -> Deliver:
    """Return a function that lands a delivery, by default one without a fault."""
    use_warehouse(tmp_path / "warehouse")

    return functools.partial(land, tmp_path)


def land(
    folder: Path,
    users: str = USERS,
    mentors: str = MENTORS,
    events: list[dict] = EVENTS,
    run_id: str = RUN_ID,
) -> None:
    """Write a delivery into `folder` and land it in the warehouse of the settings."""
    texts = {"users": users, "mentors": mentors, "events": json.dumps(events)}
    for name, text in texts.items():
        (folder / declared().source(name).file_name).write_text(text, encoding="utf-8")
    complete(folder)
    land_folder(folder, run_id)


def land_folder(folder: Path, run_id: str = RUN_ID, data_date: date = DATA_DATE) -> None:
    """Land the files of a folder."""
    paths = {source.name: folder / source.file_name for source in declared().sources}
    origin.switch_build(settings.settings(), origin.of_delivery(paths.values()))
    ledger.open_raw()
    landing_tables.reset(run_id)
    for name, path in paths.items():
        landing.land(declared().source(name), path, data_date)
