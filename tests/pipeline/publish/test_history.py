"""A version's manifest says what changed since the version that readers had, and repeats its history."""

from datetime import date, timedelta

import pytest

from include.pipeline.core import project_code, warehouse
from include.pipeline.core.settings import settings
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.publish import history, publication
from tests.support.deliveries import DATA_DATE, Bench, publish, users

LAYERS = ("staging", "intermediate", "marts", "reports")


@pytest.fixture(autouse=True)
def delivered(bench: Bench) -> None:
    """A build with a delivery of a user, and a table in each layer."""
    bench.deliver("users", users(1))
    build_layers()


def build_layers() -> None:
    """Make a table in each layer."""
    with warehouse.connect(settings().build_path) as connection:
        for layer in LAYERS:
            connection.execute(f"create schema {layer}; create table {layer}.t as select 1 as version")


def test_the_first_version_has_no_history(bench: Bench) -> None:
    """There is nothing to compare it with."""
    manifest = publish("a_run").manifest
    assert (manifest["since"], manifest["changes"], manifest["earlier"]) == (None, [], [])


def test_a_version_names_what_is_new(bench: Bench) -> None:
    """New files with their rows, one that comes late, and no more than that."""
    publish("first")
    assert publish("again").manifest["changes"] == []
    bench.deliver("users", users(3), on=DATA_DATE + timedelta(days=1))
    bench.deliver("users", users(2), on=DATA_DATE - timedelta(days=1))
    manifest = publish("third").manifest
    assert manifest["changes"] == [
        "3 rows of users_db_export.csv of 2031-05-03",
        "2 rows of users_db_export.csv of 2031-05-01 (late)",
    ]
    assert (manifest["since"]["version"], manifest["since"]["run_id"]) == (2, "again")
    assert [version["version"] for version in manifest["earlier"]] == [1, 2]


def test_a_version_names_what_was_withdrawn(bench: Bench) -> None:
    """A load that was taken back is a change as well."""
    bench.deliver("users", users(2), on=DATA_DATE + timedelta(days=1))
    publish("first")
    rebuild_raw.withdraw(2, undo=False)
    build_layers()
    assert publish("second").manifest["changes"] == ["load 2 withdrawn (users_db_export.csv of 2031-05-03)"]


def test_the_history_is_that_of_readers(bench: Bench) -> None:
    """A version that was rolled back is not in the history of the next one, whatever is kept."""
    publish("first")
    bench.deliver("users", users(2), on=date(2031, 5, 3))
    publish("a_mistake")
    publication.roll_back(1)
    manifest = publish("third").manifest
    assert [version["run_id"] for version in manifest["earlier"]] == ["first"]
    assert manifest["changes"] == ["2 rows of users_db_export.csv of 2031-05-03"]


def test_the_history_outlives_the_versions(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old versions are removed; what they were stays."""
    monkeypatch.setenv("MENTOR_KEEP_VERSIONS", "2")
    for number in range(4):
        manifest = publish(f"run_{number}").manifest
    assert [version["run_id"] for version in manifest["earlier"]] == ["run_0", "run_1", "run_2"]


def test_a_version_names_the_code_that_changed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The models and seeds by name, and the macros together."""
    code = project_code.read()
    assert {"fct_sessions", "stg_events", "macros"} <= set(code)
    publish("first")
    changed = code | {"fct_sessions": "another", "macros": "others"}
    monkeypatch.setattr(project_code, "read", lambda: changed)
    assert publish("second").manifest["changes"] == ["code of fct_sessions, macros"]


def test_what_changed_is_a_sentence() -> None:
    """Since which version, and what; nothing is said to be nothing, and a manifest without it to lack it."""
    assert history.sentence({}) == "What changed was not recorded."
    assert history.sentence({"since": None, "changes": []}) == "The first publication of this data."
    since = {"version": 11, "published_at": "2031-04-30T01:00:00+00:00"}
    assert history.sentence({"since": since, "changes": []}) == (
        "Nothing changed since version 11 of 30 April 2031."
    )
    assert history.sentence({"since": since, "changes": ["12 rows of a.json", "K1: Gold to Silver"]}) == (
        "Since version 11 of 30 April 2031: 12 rows of a.json; K1: Gold to Silver."
    )
