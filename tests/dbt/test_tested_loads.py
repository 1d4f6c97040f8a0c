"""A build that adds rows tests them, and all rows that share their keys; any other build tests all rows."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core import build_state, built_code, warehouse
from include.pipeline.core.settings import settings
from include.pipeline.transform import artifacts
from tests.dbt.pipeline import Pipeline, invoke, of_this_process
from tests.support.deliveries import MENTORS_HEADER, array, event

TESTS = ("build", "--resource-type", "test")
GOLD, SILVER = (f"{MENTORS_HEADER}K1,{tier},100\n" for tier in ("Gold", "Silver"))
# A copy of a row fails every limited test of its model; that of a session names a booking that is not there.
PLANTED = {"marts.fct_sessions": "* replace ('none' as booking_id)"}
# Rebuilt where the history of tiers has changed.
WITH_TIERS = {"marts.fct_sessions", "marts.fct_bookings", "marts.fct_user_items"}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Return a pipeline with a good build of a session of user 1."""
    folder = tmp_path_factory.mktemp("tested")
    with of_this_process(folder / "dbt") as manifest:
        pipeline = Pipeline(folder / "good", manifest)
        deliver(pipeline, user_id=1)
        assert invoke(manifest, "build", "--exclude-resource-type", "unit_test").success
        found = artifacts.read_audit(folder / "dbt")
        assert found
        build_state.record("a_run", **asdict(found))
        yield pipeline


@pytest.fixture
def pipeline(good: Pipeline, tmp_path: Path) -> Pipeline:
    """Return a copy of the good build, in which a session of user 2 came with another delivery."""
    copy = good.copy_to(tmp_path / "copy")
    copy.use()
    deliver(copy, user_id=2)
    return copy


def deliver(pipeline: Pipeline, user_id: int, mentors: str = GOLD) -> None:
    """Deliver a user's request, confirmation and session."""
    events = [
        event(f"{user_id}, {kind}", user_id=user_id, timestamp=f"2031-04-01T1{hour}:00:00Z", event_type=kind)
        for hour, kind in enumerate(("booking_requested", "booking_confirmed", "session_started"))
    ]
    files = {"booking_events.json": array(events).encode(), "mentor_tiers.csv": mentors.encode()}
    pipeline.deliver(files, date(2031, 5, 2 + pipeline.deliveries))


def limited(pipeline: Pipeline) -> dict[str, str]:
    """Return the names of the tests that are limited, each with the table of its model."""
    nodes = pipeline.manifest.nodes
    tests = [node for node in nodes.values() if node.resource_type == "test" and node.config.where]
    models = {test.name: nodes[test.attached_node] for test in tests}
    return {test: f"{model.schema}.{model.name}" for test, model in models.items()}


def plant(pipeline: Pipeline, user_id: int) -> None:
    """Copy a row of the user in every model with a limited test."""
    with warehouse.connect(settings().build_path) as connection:
        for model in sorted(set(limited(pipeline).values())):
            connection.execute(
                f"insert into {model} select {PLANTED.get(model, '*')} from {model}"
                f" where user_id = '{user_id}' limit 1"
            )


def found_by(pipeline: Pipeline, *arguments: str) -> set[str]:
    """Run the limited tests; return those that failed."""
    tests = limited(pipeline)
    ran = invoke(pipeline.manifest, *arguments, "--select", *tests)
    results = {item.node.name: item.status for item in ran.result if item.node.resource_type == "test"}
    assert set(results) == set(tests)
    return {name for name, status in results.items() if status != "pass"}


def test_what_a_good_build_has_tested_is_left_out(pipeline: Pipeline) -> None:
    """A row that was planted since among old ones shows in a test of all rows only."""
    pipeline.build()
    plant(pipeline, user_id=1)
    assert not found_by(pipeline, *TESTS)
    assert found_by(pipeline, *TESTS, "--full-refresh") == set(limited(pipeline))
    assert found_by(pipeline, "test") == set(limited(pipeline))


def test_what_came_since_is_tested_until_a_build_is_good(pipeline: Pipeline) -> None:
    """A defect among new rows fails each build until one is good, whatever came meanwhile."""
    pipeline.build()
    plant(pipeline, user_id=2)
    assert found_by(pipeline, *TESTS) == set(limited(pipeline))
    deliver(pipeline, user_id=3)
    pipeline.build("--select", "stg_events")
    assert found_by(pipeline, *TESTS) == set(limited(pipeline))


def test_another_history_of_tiers_has_users_tested_whole(pipeline: Pipeline) -> None:
    """It rebuilds users without a new event."""
    deliver(pipeline, user_id=3, mentors=SILVER)
    pipeline.build()
    plant(pipeline, user_id=1)
    of_users = {test for test, model in limited(pipeline).items() if model in WITH_TIERS}
    assert of_users
    assert found_by(pipeline, *TESTS) == of_users


def test_rows_of_another_code_are_tested_whole(pipeline: Pipeline) -> None:
    """Without the record of what a good build has tested, as after a command that rebuilds, all is tested."""
    pipeline.build()
    with warehouse.connect(settings().build_path) as connection:
        built_code.drop(connection)
    plant(pipeline, user_id=1)
    assert found_by(pipeline, *TESTS) == set(limited(pipeline))
