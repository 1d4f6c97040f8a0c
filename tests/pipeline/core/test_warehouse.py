"""Every connection has the limits of the settings and speaks UTC."""

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from tenacity import stop_after_delay

from include.pipeline.core import warehouse
from tests.support.deliveries import Bench

SETTINGS = "select current_setting('TimeZone'), current_setting('threads'), current_setting('memory_limit')"


@pytest.mark.parametrize("read_only", [False, True])
def test_connections_have_limits_and_utc(
    read_only: bool, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the machine's size nor its time zone decides what a query does."""
    path = tmp_path / "new" / "made.duckdb"
    with warehouse.connect(path):
        pass
    monkeypatch.setenv("MENTOR_THREADS", "3")
    monkeypatch.setenv("MENTOR_MEMORY_LIMIT", "1GiB")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        with warehouse.connect(path, read_only=read_only) as connection:
            assert connection.execute(SETTINGS).fetchall() == [("UTC", 3, "1.0 GiB")]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_reading_makes_no_database(bench: Bench, tmp_path: Path) -> None:
    """Opening a missing database names it in the error."""
    with pytest.raises(duckdb.IOException), warehouse.connect(tmp_path / "none.duckdb", read_only=True):
        pass
    assert not (tmp_path / "none.duckdb").exists()


def test_a_stale_log_is_refused_not_replayed(bench: Bench, tmp_path: Path) -> None:
    """A write-ahead log next to another file than its own never changes that file unnoticed."""
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with warehouse.connect(old) as connection:
        connection.execute("set wal_autocheckpoint = '1TB'; pragma disable_checkpoint_on_shutdown")
        connection.execute("create table stale as select 1 as one")
    with warehouse.connect(new) as connection:
        connection.execute("create table fresh as select 1 as one")
    old.with_name("old.duckdb.wal").rename(tmp_path / "new.duckdb.wal")
    with pytest.raises(duckdb.Error), warehouse.connect(new, read_only=True):
        pass


def test_a_database_is_attached_for_the_block_only(bench: Bench, tmp_path: Path) -> None:
    """It is read-only, whatever its path is called, and gone afterwards, after an error too."""
    other = tmp_path / "it's; other" / "a.duckdb"
    with warehouse.connect(other) as connection:
        connection.execute("create table t as select 1 as one")
    with warehouse.connect(tmp_path / "b.duckdb") as connection:
        with pytest.raises(ZeroDivisionError), warehouse.attached(connection, other, "other"):
            assert connection.execute("from other.t").fetchall() == [(1,)]
            with pytest.raises(duckdb.InvalidInputException, match="read-only"):
                connection.execute("insert into other.t values (2)")
            raise ZeroDivisionError
        with pytest.raises(duckdb.CatalogException):
            connection.execute("from other.t")


def test_a_transaction_keeps_all_or_nothing(bench: Bench, tmp_path: Path) -> None:
    """What a block wrote before its error is taken back, and the error is the one that is seen."""
    with warehouse.connect(tmp_path / "a.duckdb") as connection:
        connection.execute("create table t (one integer)")
        with pytest.raises(ZeroDivisionError), warehouse.transaction(connection):
            connection.execute("insert into t values (1)")
            raise ZeroDivisionError
        with warehouse.transaction(connection):
            connection.execute("insert into t values (2)")
    with warehouse.connect(tmp_path / "a.duckdb", read_only=True) as connection:
        assert connection.execute("from t").fetchall() == [(2,)]


HOLDER = """
import sys, time
import duckdb
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def test_a_database_that_is_open_elsewhere_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that looks into the build for a moment breaks no run; one that stays is an error."""
    path = tmp_path / "some.duckdb"
    with warehouse.connect(path) as connection:
        connection.execute("create table seen as select 1 as one")
    for seconds in (1.0, 60.0):
        with subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout and holder.stdout.readline() == "open\n"
            if seconds == 1.0:
                with warehouse.connect(path) as connection:
                    assert connection.execute("from seen").fetchall() == [(1,)]
            else:
                monkeypatch.setattr(warehouse._open.retry, "stop", stop_after_delay(1))
                with pytest.raises(duckdb.IOException, match="Could not set lock"):
                    warehouse.connect(path).__enter__()
            holder.kill()


def test_totals_over_all_rows_never_invalidate_a_database(bench: Bench, tmp_path: Path) -> None:
    """DuckDB 1.5.5 fails here once in a hundred queries, with more than one thread (duckdb #25713)."""
    with warehouse.connect(tmp_path / "a.duckdb") as connection:
        connection.execute("set threads = 2; create table numbers as select 1 as number")
        for _ in range(1000):
            found = connection.execute("""
                with few as (
                    select number from numbers where number > 5
                    union all
                    select number from numbers where not exists (from numbers where number > 5)
                )
                select number, count(*) over () from few order by number limit 5
            """).fetchall()
            assert found == [(1, 1)]
