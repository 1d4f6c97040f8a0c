"""With engine spark the gate judges the files that raw will consist of, before raw has them."""

from pathlib import Path

import duckdb
import pytest

from include.mentoring.sources import EVENTS, USERS
from include.pipeline.core.errors import DeliveryRefused
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.spark.storage import landed_rows, raw_parts
from include.pipeline.ingest import landing, landing_tables, ledger
from include.pipeline.quality.validate import validate
from tests.pipeline.quality.conftest import RUN_ID, land
from tests.support.deliveries import DATA_DATE, Bench, array, event, events, user, users


def files(folder: Path) -> dict[str, int]:
    """Return the inode of each file below a folder, by its path from there."""
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*.parquet")}


def landed(source: str) -> dict[str, int]:
    return files(landed_rows.fit(settings().landing_path, declared().source(source)))


def stored(source: str) -> dict[str, int]:
    """Return the files of the one part that a source has in raw."""
    (part,) = raw_parts.folder_of(declared().source(source)).iterdir()
    return files(part)


def test_what_is_judged_is_what_is_stored(lake: Bench, tmp_path: Path) -> None:
    """Raw links the landed files of what adds up; before the gate has let them in it has none."""
    land(tmp_path)
    judged = {source.name: landed(source.name) for source in declared().sources if not source.is_snapshot}
    assert all(judged.values())
    assert judged
    assert validate(RUN_ID).passed
    assert not (settings().warehouse_dir / "raw").exists()
    ledger.accept()
    assert {source: stored(source) for source in judged} == judged


def test_the_gate_reads_the_files(lake: Bench, tmp_path: Path) -> None:
    """Users with other ids there leave the events without users: refused, and raw gets nothing."""
    land(tmp_path)
    folder = landed_rows.fit(settings().landing_path, USERS)
    (file,) = folder.rglob("*.parquet")
    with duckdb.connect() as connection:
        rows = connection.sql(
            "select * replace ('x' || user_id as user_id) from read_parquet($file)",
            params={"file": str(file)},
        )
        rows.write_parquet(str(file.with_name("other.parquet")))
    file.with_name("other.parquet").rename(file)
    with pytest.raises(DeliveryRefused, match=r"events\.user_id"):
        validate(RUN_ID)
    assert not (settings().warehouse_dir / "raw").exists()


def test_duplicates_are_judged_and_not_stored(lake: Bench) -> None:
    """They are in the landing's table, marked, and their files stay there."""
    lake.deliver("users", users(2) + user(2))
    assert lake.landed("select _row_number, _is_duplicate from delivered.users order by all") == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert lake.build("select _row_number from raw.users order by all") == [(1,), (2,)]


def test_a_file_that_lands_again_replaces_its_rows(lake: Bench) -> None:
    """As when the process was killed and the task is tried once more."""
    lake.land("events", array(events(2)))
    late = event("e3", timestamp="2031-04-05 10:00:00")
    landing.land(EVENTS, lake.write("events", array([late])), DATA_DATE)
    assert lake.landed("select event_id from delivered.events") == [("e3",)]
    assert [Path(path).parent.name for path in landed("events")] == ["event_date=2031-04-05"]


def test_an_acceptance_that_breaks_off_can_be_made_again(
    lake: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The landed files are still there when raw has links to them and no database that names these."""
    lake.land("users", users(2))
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(raw_parts, "_show", lambda *_: 1 / 0)
        ledger.accept()
    assert lake.build("select count(*) from raw.users") == [(0,)]
    assert ledger.accept() == [1]
    assert lake.build("select count(*) from raw.users") == [(2,)]


def test_the_next_landing_begins_with_nothing(lake: Bench) -> None:
    """What landed before is gone; raw keeps what it has of it."""
    lake.deliver("users", users(2))
    kept = stored("users")
    landing_tables.reset()
    assert not landed("users")
    assert lake.landed("select * from delivered.users") == []
    assert stored("users") == kept
    assert lake.build("select count(*) from raw.users") == [(2,)]
