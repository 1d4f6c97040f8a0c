"""A source that brought nothing new for too long, at the run's data date, is a warning of the build."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core.settings import declared
from include.pipeline.ingest import ledger
from include.pipeline.ingest.ledger import Refusal
from tests.dbt.pipeline import of_this_process
from tests.support.deliveries import MENTORS_HEADER, Bench, array, events, users

DELIVERED = date(2031, 5, 2)
CONTENT = {"users": users(2), "mentors": f"{MENTORS_HEADER}K1,Gold,150\n", "events": array(events(2))}
# The sheet of mentors may be of any age.
AGED = {"users", "events"}

Stale = Callable[..., set[str]]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    with of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:
        yield manifest


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a warehouse into which nothing was delivered yet."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    inbox = tmp_path / "in"
    inbox.mkdir()
    return Bench(inbox)


@pytest.fixture
def stale(bench: Bench, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> Stale:
    """Return a function that gives the stale sources at a data date."""

    def ask(data_date: str | None) -> set[str]:
        monkeypatch.delenv("MENTOR_DATA_DATE", raising=False)
        if data_date:
            monkeypatch.setenv("MENTOR_DATA_DATE", data_date)
        where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
        done = dbtRunner(manifest=manifest).invoke(
            ["--quiet", "test", "--select", "test_name:is_fresh", *where]
        )
        assert done.success, done.exception
        tests = [result for result in done.result if result.node.resource_type == "test"]
        said = {test.node.name.removesuffix("_are_fresh"): str(test.status) for test in tests}
        assert said.keys() == AGED and {*said.values()} <= {"pass", "warn"}
        return {source for source, status in said.items() if status == "warn"}

    return ask


def deliver(bench: Bench, *sources: str, on: date = DELIVERED) -> None:
    for source in sources or CONTENT:
        bench.deliver(source, CONTENT[source], on=on)


def test_a_source_is_stale_after_two_days(bench: Bench, stale: Stale) -> None:
    """Two days old is fresh, three are not; that is a warning, which stops nothing."""
    deliver(bench)
    assert stale("2031-05-04") == set()
    assert stale("2031-05-05") == AGED


def test_the_clock_does_not_matter(bench: Bench, stale: Stale) -> None:
    """A run for a day long past is fresh when its delivery is of that day."""
    deliver(bench, on=date(2023, 8, 1))
    assert stale("2023-08-01") == set()
    assert stale("2023-08-04") == AGED


def test_what_came_again_is_nothing_new(bench: Bench, stale: Stale) -> None:
    """The same delivery for a week is stale; one source with new rows is not."""
    deliver(bench)
    deliver(bench, "mentors", "events", on=date(2031, 5, 9))
    bench.deliver("users", users(3), on=date(2031, 5, 9))
    assert stale("2031-05-10") == {"events"}


def test_what_was_refused_is_nothing_new(bench: Bench, stale: Stale) -> None:
    """A file that did not get in leaves the source as old as it was."""
    deliver(bench)
    ledger.refuse(Refusal("users", "users_db_export.csv", "0", 1, date(2031, 5, 4), "no good"))
    assert stale("2031-05-05") == AGED


def test_what_never_came_is_stale(bench: Bench, stale: Stale) -> None:
    """No content at all is the oldest."""
    deliver(bench, "users", "mentors")
    assert stale("2031-05-02") == {"events"}


def test_by_hand_the_ledger_says_which_day_it_is(bench: Bench, stale: Stale) -> None:
    """Without the DAG the data date is the latest of the ledger, also where nothing new came on it."""
    deliver(bench)
    assert stale(None) == set()
    deliver(bench, "users", on=date(2031, 5, 9))
    assert stale(None) == AGED
