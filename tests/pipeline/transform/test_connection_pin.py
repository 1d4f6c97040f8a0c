"""In the DAG dbt opens the build once for all nodes, and gives it back for what follows in the process."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.transform.connection_pin import Hold
from tests.dbt.pipeline import of_this_process
from tests.support.deliveries import Bench, array, events, users


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    with of_this_process(tmp_path_factory.mktemp("project") / "target") as manifest:
        yield manifest


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what dbt does: "open" for the build, and the names of its events."""
    seen: list[str] = []
    initialize = LocalEnvironment.initialize_db

    def note(*args: Any) -> duckdb.DuckDBPyConnection:
        seen.append("open")
        return initialize(*args)

    monkeypatch.setattr(LocalEnvironment, "initialize_db", staticmethod(note))
    return seen


def test_the_build_stays_open_until_it_is_given_back(
    manifest: Manifest, bench: Bench, seen: list[str]
) -> None:
    """From the first node on, however many there are; who opens it next opens it in a way of its own."""
    bench.deliver("users", users(9))
    bench.deliver("events", array(events(2)))
    hold = Hold()
    where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
    runner = dbtRunner(manifest=manifest, callbacks=[lambda event: seen.append(event.info.name), hold.take])
    assert runner.invoke(["--quiet", "run", "--select", "stg_users", "stg_events", *where]).success
    assert seen.count("NodeStart") == 2
    assert "open" not in seen[seen.index("NodeFinished") :]
    with pytest.raises(duckdb.ConnectionException), warehouse.connect(settings().build_path, read_only=True):
        pass
    hold.release()
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        assert connection.sql("select count(*) from staging.stg_users").fetchall() == [(9,)]


def test_nothing_is_given_back_where_dbt_came_to_no_node() -> None:
    """As where it could not open the build: only its own error shows."""
    Hold().release()
