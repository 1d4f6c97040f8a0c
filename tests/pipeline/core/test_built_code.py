"""The record of the code that built the rows: what is known of a build, and when."""

from collections.abc import Callable

import pytest

from include.pipeline.core import build_state, built_code, origin, trial, warehouse
from include.pipeline.core.settings import settings
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.publish import publication
from tests.pipeline.publish.test_publication import build
from tests.support.deliveries import Bench, audit, users

RUN = "a_run"
CODE = {"stg_users": {"SQL": "1"}}


def recorded() -> built_code.Code | None:
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return built_code.read(connection)


def record() -> None:
    with warehouse.connect(settings().build_path) as connection:
        built_code.store(connection, CODE)


def test_a_build_without_layers_needs_no_code(bench: Bench) -> None:
    """Nothing is old where nothing was built."""
    bench.deliver("users", users(1))
    assert recorded() is None


def test_layers_without_a_record_are_of_unknown_code(bench: Bench) -> None:
    """As an earlier version left them."""
    build(bench, 1)
    assert recorded() == {}


def test_what_revokes_the_state_keeps_the_record(bench: Bench) -> None:
    """New rows, or a trial, are no other code; the trial's copy knows it too."""
    build(bench, 1)
    record()
    build_state.revoke_in(settings().build_path, "`dbt build` began")
    bench.deliver("users", users(2))
    trial.begin(origin.OWN)
    assert recorded() == CODE
    trial.leave()
    assert recorded() == CODE


@pytest.mark.parametrize("granted", [True, False])
def test_it_is_recorded_with_the_state(granted: bool, bench: Bench) -> None:
    """A dbt that did not build these layers records nothing of itself."""
    build(bench, 1)
    with warehouse.connect(settings().build_path) as connection:
        began = "this" if granted else "another"
        build_state.begin_dbt(connection, began, build_state.raw_state(connection))
    build_state.record(RUN, "this", models=1, tests=1, code=CODE)
    assert recorded() == (CODE if granted else {})


def test_readers_do_not_get_it(bench: Bench) -> None:
    """It is of the build, which keeps it."""
    build(bench, 1)
    record()
    audit(RUN)
    publication.publish(RUN)
    with warehouse.connect(settings().published_path, read_only=True) as connection:
        assert connection.execute("from duckdb_tables() where schema_name = 'main'").fetchall() == []
    assert recorded() == CODE


def withdraw() -> None:
    rebuild_raw.withdraw(1, is_last_meant=True)


@pytest.mark.parametrize("rebuild", [rebuild_raw.drop_layers, rebuild_raw.restore_raw, withdraw])
def test_layers_that_are_dropped_take_it_with_them(rebuild: Callable[[], object], bench: Bench) -> None:
    """dbt builds all rows then, from whatever code."""
    build(bench, 1)
    record()
    rebuild()
    assert recorded() is None
