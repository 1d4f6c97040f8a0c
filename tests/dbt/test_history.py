"""History: what a mentor or a user was at the time, whatever the sheet or the export says later."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core.settings import declared
from tests.dbt.pipeline import Pipeline, of_this_process

FILES = ("users_db_export.csv", "mentor_tiers.csv", "booking_events.json")
FIRST = date(2031, 5, 2)
SECOND = date(2031, 6, 2)
LATE = date(2031, 5, 20)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    with of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:
        yield manifest


@pytest.fixture
def pipeline(tmp_path: Path, manifest: Manifest) -> Pipeline:
    return Pipeline(tmp_path, manifest)


REAL = pytest.param("real", marks=(pytest.mark.real, pytest.mark.slow, pytest.mark.smoke))


@pytest.fixture(params=["sample", REAL])
def delivery(request: pytest.FixtureRequest) -> dict[str, bytes]:
    folder = (
        declared().sample_data
        if request.param == "sample"
        else Path(request.getfixturevalue("real_delivery"))
    )
    return {name: (folder / name).read_bytes() for name in FILES}


def mentor_with_sessions(delivery: dict[str, bytes]) -> str:
    """Return M-9, or the first Silver mentor of a delivery without one, who has sessions."""
    silver = [
        row["mentor_id"]
        for row in csv.DictReader(io.StringIO(delivery["mentor_tiers.csv"].decode()))
        if row["tier"] == "Silver"
    ]
    started = {event["mentor_id"] for event in json.loads(delivery["booking_events.json"])}
    return "M-9" if "M-9" in silver else next(mentor for mentor in silver if mentor in started)


def with_tier(sheet: bytes, mentor: str, tier: str) -> bytes:
    changed = sheet.decode().replace(f"{mentor},Silver", f"{mentor},{tier}")
    assert changed != sheet.decode()
    return changed.encode()


def session(mentor: str, at: str) -> bytes:
    """Return a delivery of events with one session of the mentor and a user of the first delivery."""
    return json.dumps(
        [
            {
                "event_id": f"late-{at}",
                "user_id": "7777",
                "mentor_id": mentor,
                "timestamp": at,
                "event_type": "session_started",
            }
        ]
    ).encode()


def test_a_new_tier_changes_no_earlier_session(pipeline: Pipeline, delivery: dict[str, bytes]) -> None:
    """A second delivery in which M-9 becomes Gold: earlier sessions keep Silver, a later one is Gold."""
    mentor = mentor_with_sessions(delivery)
    pipeline.deliver(delivery, FIRST)
    pipeline.build()
    tiers = "select session_id, tier from marts.fct_sessions order by all"
    before = pipeline.rows(tiers)
    assert pipeline.rows(f"select count(*) > 0 from marts.fct_sessions where mentor_id = '{mentor}'") == [
        (True,)
    ]
    promoted = with_tier(delivery["mentor_tiers.csv"], mentor, "Gold")
    later = {
        **delivery,
        "mentor_tiers.csv": promoted,
        "booking_events.json": session(mentor, "2031-06-02T00:00:00Z"),
    }
    pipeline.deliver(later, SECOND)
    pipeline.build()
    after = dict(pipeline.rows(tiers))
    assert after.pop("late-2031-06-02T00:00:00Z") == "Gold"
    assert after == dict(before)
    assert pipeline.rows(
        "select detail, findings, examples from reports.rpt_quality where finding like 'mentor%'"
    ) == [("Silver to Gold", 1, [mentor])]


def test_history_is_a_pure_function_of_the_raw_layer(pipeline: Pipeline, delivery: dict[str, bytes]) -> None:
    """A sheet loaded late takes its place by data date; a rebuild from nothing gives the same rows."""
    mentor = mentor_with_sessions(delivery)
    pipeline.deliver(delivery, FIRST)
    promoted = with_tier(delivery["mentor_tiers.csv"], mentor, "Gold")
    events = session(mentor, "2031-05-25T00:00:00Z")
    pipeline.deliver({**delivery, "mentor_tiers.csv": promoted, "booking_events.json": events}, SECOND)
    pipeline.build()
    tier = "select tier from marts.fct_sessions where session_id like 'late-%'"
    assert pipeline.rows(tier) == [("Silver",)]
    demoted = with_tier(delivery["mentor_tiers.csv"], mentor, "Bronze")
    pipeline.deliver({**delivery, "mentor_tiers.csv": demoted}, LATE)
    pipeline.build()
    assert pipeline.rows(tier) == [("Bronze",)]
    periods = (
        "select valid_from::date, valid_to::date, tier from marts.dim_mentor_periods"
        f" where mentor_id = '{mentor}' order by valid_from nulls first"
    )
    assert pipeline.rows(periods) == [
        (None, LATE, "Silver"),
        (LATE, SECOND, "Bronze"),
        (SECOND, None, "Gold"),
    ]
    incremental = pipeline.tables()
    pipeline.build("--full-refresh")
    assert pipeline.tables() == incremental


def test_the_same_state_every_day_adds_nothing(pipeline: Pipeline) -> None:
    """Raw grows with what changes, not with days: ten equal deliveries are three loads and their rows."""
    delivery = {name: (declared().sample_data / name).read_bytes() for name in FILES}
    sizes = set()
    for day in range(1, 11):
        pipeline.deliver(delivery, date(2031, 5, day))
        sizes.add(
            pipeline.rows(
                "select (select count(*) from raw.loads), (select count(*) from raw.users),"
                " (select count(*) from raw.mentors), (select count(*) from raw.events)"
            )[0]
        )
    assert sizes == {(3, 150, 15, 842)}
