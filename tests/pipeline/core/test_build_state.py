"""Published is only what dbt has built and tested, for the run that publishes it, from its raw rows."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline.core import build_state, origin, trial, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.ingest import ledger
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.publish import publication, versions
from tests.pipeline.publish.test_publication import build
from tests.support.deliveries import DATA_DATE, Bench, audit, publish, users

RUN = "a_run"


def published() -> tuple[str, int, list[str]]:
    """Return the hash and inode of what readers open, and the versions."""
    path = settings().published_path
    names = sorted(each.name for each in settings().versions_dir.iterdir())
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_ino, names


def refuses(run_id: str, found: str) -> None:
    """Assert that the build is refused for this reason, and that readers have what they had."""
    before = published()
    with pytest.raises(WarehouseInvalid) as refused:
        publication.publish(run_id)
    message = str(refused.value)
    assert f"found that {found}" in message, message
    if build_state.is_damaged():
        assert "Expected a sound one; run `make run` or `make restore`" in message
    else:
        assert f"Expected that dbt has built and tested all of it in {run_id}" in message
        assert "run `make run`, or `make dbt ARGS=build`" in message
    assert published() == before


@pytest.fixture
def warehouse_with_a_version(bench: Bench) -> Bench:
    """Return a warehouse whose build was published once, and may be published by its run again."""
    build(bench, 1)
    publish(RUN)
    assert publication.publish(RUN).number == 2
    return bench


def accept(bench: Bench) -> None:
    bench.deliver("users", users(2))


def accept_nothing_new(bench: Bench) -> None:
    bench.deliver("users", users(1))


def refuse_a_file(bench: Bench) -> None:
    ledger.refuse(ledger.Refusal("users", "users_db_export.csv", "0", 1, DATA_DATE, "It is empty."))


def withdraw(bench: Bench) -> None:
    rebuild_raw.withdraw(1, is_last_meant=True)


def withdraw_and_undo(bench: Bench) -> None:
    rebuild_raw.withdraw(1, is_last_meant=True)
    rebuild_raw.withdraw(1, undo=True)


def drop_layers(bench: Bench) -> None:
    rebuild_raw.drop_layers()


def restore_raw(bench: Bench) -> None:
    rebuild_raw.restore_raw()


def damage(bench: Bench) -> None:
    build_state.note_damage()


def change_the_ledger(bench: Bench) -> None:
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("update raw.loads set rows_loaded = rows_loaded + 1")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (accept, "a delivery was accepted, and dbt has not built and tested it since"),
        (accept_nothing_new, "a delivery was accepted, and dbt"),
        (refuse_a_file, "the raw rows have changed since it was built"),
        (withdraw, "raw was rebuilt, load by load, and dbt"),
        (withdraw_and_undo, "raw was rebuilt, load by load, and dbt"),
        (restore_raw, "raw was rebuilt, load by load, and dbt"),
        (drop_layers, "its layers were dropped, and dbt"),
        (damage, "it is marked as damaged"),
        (change_the_ledger, "the raw rows have changed since it was built"),
    ],
)
def test_what_changes_the_build_takes_its_state(
    change: Callable[[Bench], None], found: str, warehouse_with_a_version: Bench
) -> None:
    """What was built of other rows, or not wholly, is refused; readers keep what they had, byte for byte."""
    change(warehouse_with_a_version)
    refuses(RUN, found)


def test_a_trial_leaves_the_build_its_state(warehouse_with_a_version: Bench) -> None:
    """It works in a copy."""
    before = build_state.require(RUN)
    trial.begin(origin.OWN)
    with pytest.raises(WarehouseInvalid, match="found that a trial began, and dbt"):
        build_state.require(RUN)
    trial.leave()
    assert build_state.require(RUN) == before


@pytest.mark.parametrize(
    ("invocation", "has_other_rows", "is_granted"),
    [("the-last", False, True), ("another", False, False), ("the-last", True, False)],
)
def test_only_the_dbt_that_began_in_the_build_gives_it_a_state(
    invocation: str, has_other_rows: bool, is_granted: bool, warehouse_with_a_version: Bench
) -> None:
    """Not one that ran on another database, nor over other raw rows than are there when it has ended."""
    with warehouse.connect(settings().build_path) as connection:
        build_state.begin_dbt(connection, "the-last", build_state.raw_state(connection))
    if has_other_rows:
        change_the_ledger(warehouse_with_a_version)
    build_state.record(RUN, invocation, models=1, tests=1)
    if is_granted:
        assert publication.publish(RUN).number == 3
        # Once: the same results give no other run what this one has built.
        build_state.record("another_run", invocation, models=1, tests=1)
        refuses("another_run", f"it was built by {RUN}")
    else:
        refuses(RUN, "`dbt` began, and dbt has not built and tested it since")


def test_what_is_published_is_what_was_checked(
    warehouse_with_a_version: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone who changes the build between the check and the copy of it changes nothing for readers."""
    start = versions.start

    def start_late() -> Path:
        build_state.revoke_in(settings().build_path, "`dbt run` began")
        return start()

    before = published()
    with monkeypatch.context() as late:
        late.setattr(versions, "start", start_late)
        with pytest.raises(WarehouseInvalid, match="found that `dbt run` began, and dbt has not"):
            publication.publish(RUN)
    assert published()[:2] == before[:2]
    publish(RUN)
    assert [version.number for version in versions.kept()] == [1, 2, 3]


@pytest.mark.parametrize("again", [rebuild_raw.restore_raw, rebuild_raw.heal])
def test_a_damaged_build_that_was_rebuilt_may_be_published(
    again: Callable[[], object], warehouse_with_a_version: Bench
) -> None:
    """As `make restore` does, from raw or FROM=deliveries."""
    build_state.note_damage()
    again()
    assert not build_state.is_damaged()
    refuses(RUN, "raw was rebuilt, load by load, and dbt")


def test_damage_is_noted_where_there_is_a_build(bench: Bench) -> None:
    """A stage may meet a damaged file before the first build is made."""
    build_state.note_damage()
    assert not build_state.is_damaged()


def test_a_build_belongs_to_its_run(warehouse_with_a_version: Bench) -> None:
    """A cleared task of an older run, or a command, does not publish what another run has built."""
    refuses("an_older_run", f"it was built by {RUN}")
    audit("a_newer_run")
    refuses(RUN, "it was built by a_newer_run")
    assert publication.publish("a_newer_run").manifest["build"]["run_id"] == "a_newer_run"


def test_a_build_that_was_only_begun_is_refused(bench: Bench) -> None:
    """All layers are there, and nothing says that dbt has tested them."""
    build(bench, 1)
    with warehouse.connect(settings().build_path) as connection:
        build_state.drop(connection)
    with pytest.raises(WarehouseInvalid, match="found that it was just created, and dbt has not"):
        publication.publish(RUN)
    assert not settings().published_path.exists()


def test_the_state_is_of_one_origin(warehouse_with_a_version: Bench) -> None:
    """The build of the sample has its own state, or none."""
    origin.switch_build(settings(), origin.SAMPLE)
    ledger.open_raw()
    refuses(RUN, "it was just created, and dbt has not built and tested it since")
    origin.switch_build(settings(), origin.OWN)
    assert publication.publish(RUN).number == 3


def test_readers_do_not_see_the_state(warehouse_with_a_version: Bench) -> None:
    """It is in the manifest of the version; the database has the layers alone."""
    with warehouse.connect(settings().published_path, read_only=True) as connection:
        schemas = {
            name for (name,) in connection.execute("select schema_name from duckdb_tables()").fetchall()
        }
    assert schemas == set(publication.SCHEMAS)
