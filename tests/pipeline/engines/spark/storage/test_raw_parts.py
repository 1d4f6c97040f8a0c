"""The raw layer in the lake: what is accepted is written once, and a database names what it consists of."""

from pathlib import Path

import pytest

from include.mentoring.sources import EVENTS
from include.pipeline.core.settings import DUCKDB, declared, settings
from include.pipeline.engines.spark.storage import raw_parts
from include.pipeline.maintenance import rebuild_raw
from tests.support.deliveries import Bench, array, event, events, user, users

RAW = [
    "select * from raw.removed_keys order by all",
    "select * exclude (_loaded_at) from raw.users order by all",
    "select * exclude (_loaded_at) from raw.mentors order by all",
    "select * exclude (_loaded_at) from raw.events order by all",
    "select * from raw.rejected_rows order by all",
    "select * exclude (loaded_at) from raw.loads order by all",
]


def files(source: str = "events") -> dict[Path, int]:
    """Return the files of a source's rows, each with its inode."""
    return {
        path: path.stat().st_ino for path in raw_parts.folder_of(declared().source(source)).rglob("*.parquet")
    }


def deliver(bench: Bench) -> None:
    late = event("e90", timestamp="2031-04-02T23:59:59-05:00")
    unfit = event("e91", event_type="session_dreamt")
    bench.deliver("users", users(3))
    bench.deliver("events", array([*events(40), event("e3"), late, unfit]))
    bench.deliver("events", array([late, event("e92")]))


def test_raw_has_the_rows_that_duckdb_has(lake: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, quarantine and ledger, after deliveries that repeat rows of earlier ones."""
    deliver(lake)
    found = [lake.build(query) for query in RAW]
    monkeypatch.setenv("MENTOR_ENGINE", DUCKDB)
    deliver(lake)
    assert found == [lake.build(query) for query in RAW]
    assert all(found[place] for place in (1, 3, 4, 5))


def test_what_is_stored_stays_as_it_is(lake: Bench) -> None:
    """A later load is next to it, in folders of the days that its events have."""
    lake.deliver("events", array(events(2)))
    stored = files()
    assert [path.parent.name for path in stored] == ["event_date=2031-04-01"]
    lake.deliver("events", array([event("e3", timestamp="2031-04-05 10:00:00")]))
    assert stored.items() < files().items()
    assert {path.parent.name for path in files().keys() - stored} == {"event_date=2031-04-05"}


def test_a_load_without_events_has_no_folder(lake: Bench) -> None:
    """All that it brought is there already; a later load is stored all the same."""
    lake.deliver("events", array(events(2)))
    lake.deliver("events", array(events(1)))
    assert lake.build("select count(*), count(distinct _load_id) from raw.events") == [(2, 1)]
    lake.deliver("events", array(events(3)))
    assert lake.build("select _load_id from raw.events order by _row_number") == [(1,), (1,), (3,)]


def test_a_withdrawn_load_is_left_out_and_comes_back(lake: Bench) -> None:
    """Other loads keep their folders; what was withdrawn is no row of raw, until that is undone."""
    lake.deliver("users", users(2))
    lake.deliver("events", array(events(2)))
    lake.deliver("users", users(2) + user(3))
    kept = files("events")
    rebuild_raw.withdraw(3)
    assert lake.build("select distinct _load_id from raw.users") == [(1,)]
    rebuild_raw.withdraw(3, undo=True)
    assert lake.build("select _load_id, user_id from raw.users order by all") == [
        (1, "1"),
        (1, "2"),
        (3, "3"),
    ]
    assert files("events") == kept
    assert lake.build("select count(*) from raw.events") == [(2,)]


def test_raw_is_rebuilt_from_the_deliveries(lake: Bench) -> None:
    """The build and all folders are gone, the delivered files are not."""
    deliver(lake)
    found = [lake.build(query) for query in RAW]
    settings().build_path.unlink()
    for path in files():
        path.unlink()
    rebuild_raw.restore_raw()
    assert [lake.build(query) for query in RAW] == found


def test_each_row_says_when_its_load_was_accepted(lake: Bench) -> None:
    """As the ledger does."""
    deliver(lake)
    of_rows = lake.build(
        "select distinct _load_id, _loaded_at from"
        " (select _load_id, _loaded_at from raw.users union all select _load_id, _loaded_at from raw.events)"
        " order by all"
    )
    assert of_rows == lake.build("select load_id, loaded_at from raw.loads order by all")


def test_no_table_of_duckdb_has_the_rows(lake: Bench) -> None:
    """They are in the lake alone."""
    lake.deliver("events", array(events(2)))
    tables = lake.build("select table_name from duckdb_tables() where schema_name = 'raw' order by all")
    assert tables == [("loads",), ("prefixes",), ("rejected_rows",), ("removed_keys",), ("repeats",)]
    assert EVENTS.name in {path.name for path in (settings().warehouse_dir / "raw").iterdir()}
