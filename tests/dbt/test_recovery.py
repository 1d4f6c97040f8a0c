"""A load that is withdrawn, and a build that is lost, leave what deliveries without them would have left."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core import build_state, snapshot_rows, warehouse
from include.pipeline.core.atomic_files import remove
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import archive
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.maintenance.rebuild_raw import RecoveryImpossible
from tests.dbt.pipeline import Pipeline, of_this_process
from tests.support.deliveries import publish

USERS, SHEET, EVENTS = (
    (declared().sample_data / name).read_bytes()
    for name in ("users_db_export.csv", "mentor_tiers.csv", "booking_events.json")
)
DAYS = (date(2031, 5, 2), date(2031, 5, 3), date(2031, 5, 4))
RAW = {
    "loads": "select * from raw.loads order by load_id",
    "rejected": "select * from raw.rejected_rows order by all",
    "users": "select * from raw.users order by _load_id, _row_number",
    "mentors": "select * from raw.mentors order by _load_id, _row_number",
    "events": "select * from raw.events order by _load_id, _row_number",
}


def sheet(**tiers: str) -> bytes:
    """Return the sheet with other tiers for some mentors, and one row of an unknown tier."""
    lines = [line.split(",") for line in SHEET.decode().splitlines()]
    changed = [[line[0], tiers.get(line[0].replace("-", "_"), line[1]), line[2]] for line in lines]
    return "\n".join([*map(",".join, changed), "M-x,Platinum,10", ""]).encode()


def events(count: int) -> bytes:
    return json.dumps(json.loads(EVENTS)[:count]).encode()


def delivery(mentors: bytes, events: bytes) -> dict[str, bytes]:
    return {"users_db_export.csv": USERS, "mentor_tiers.csv": mentors, "booking_events.json": events}


MENTOR = SHEET.decode().splitlines()[1].split(",")[0].replace("-", "_")
A = sheet(**{MENTOR: "Gold"})
B = sheet(**{MENTOR: "Bronze"})
# Loads 1, 2, 3; then 4 and 5, a full export again; then 6, the first sheet again, and 7.
HISTORY = (
    delivery(A, events(500)),
    delivery(B, events(700)),
    delivery(A, events(842)),
)
FIRST_EVENTS, SECOND_SHEET = 3, 4
NEXT_DAY, WRONG_DAY = date(2031, 5, 5), date(2041, 5, 5)
# Of a day between the two.
LATE_EVENT = json.loads(EVENTS)[0] | {"event_id": "late", "timestamp": "2035-01-01T10:00:00Z"}

NewPipeline = Callable[..., Pipeline]


@pytest.fixture(scope="module")
def new_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewPipeline]:
    """Return a function that makes a warehouse with these deliveries, built, the current one."""
    with of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:

        def make(*deliveries: dict[str, bytes]) -> Pipeline:
            made = Pipeline(tmp_path_factory.mktemp("warehouse"), manifest)
            for day, files in zip(DAYS, deliveries, strict=True):
                made.deliver(files, day)
            made.build()
            return made

        yield make


@pytest.fixture(scope="module")
def built(new_pipeline: NewPipeline) -> Pipeline:
    """Return a warehouse with the history, built, to copy."""
    return new_pipeline(*HISTORY)


@pytest.fixture
def pipeline(built: Pipeline, tmp_path: Path) -> Pipeline:
    """Return a copy of it as the current one."""
    return built.copy_to(tmp_path / "copy")


def raw(warehouse: Pipeline) -> dict[str, list[tuple]]:
    return {name: warehouse.rows(query) for name, query in RAW.items()}


def rebuilt(warehouse: Pipeline) -> dict[str, str]:
    """Return the tables that dbt makes of the present raw layer."""
    rebuild_raw.drop_layers()
    warehouse.build()
    return warehouse.tables_of_any_deliveries()


def test_withdrawn_events_are_gone_but_for_those_that_came_again(
    new_pipeline: NewPipeline,
    pipeline: Pipeline,
) -> None:
    """The rows that a later export repeats are taken from there; taken back, everything is as before."""
    without = new_pipeline(delivery(A, events(1)), *HISTORY[1:]).tables_of_any_deliveries()
    pipeline.use()
    before, tables = raw(pipeline), pipeline.tables_of_any_deliveries()
    rebuild_raw.withdraw(FIRST_EVENTS)
    assert pipeline.rows("select count(*) from raw.events where _load_id = 3") == [(0,)]
    assert pipeline.rows("select status, rows_in_file, rows_loaded from raw.loads where load_id = 3") == [
        ("withdrawn", 0, 0)
    ]
    assert pipeline.rows(
        "select rows_in_file, rows_loaded, rows_duplicate from raw.loads where load_id = 5"
    ) == [(700, 700, 0)]
    assert rebuilt(pipeline) == without
    rebuild_raw.withdraw(FIRST_EVENTS, undo=True)
    assert raw(pipeline) == before
    assert rebuilt(pipeline) == tables


def test_a_withdrawn_sheet_never_was(new_pipeline: NewPipeline, pipeline: Pipeline) -> None:
    """Who was of another tier in it alone never changed; the sheet that returned is the first one still."""
    without = new_pipeline(HISTORY[0], delivery(A, events(700)), HISTORY[2]).tables_of_any_deliveries()
    pipeline.use()
    assert pipeline.tables_of_any_deliveries() != without
    rebuild_raw.withdraw(SECOND_SHEET)
    assert rebuilt(pipeline) == without


def test_the_first_load_of_a_content_hands_its_rows_on(pipeline: Pipeline) -> None:
    """A sheet that returned refers to the first load's rows: without that load it holds them itself."""
    rebuild_raw.withdraw(2)
    assert pipeline.rows(
        "select load_id, content_load_id, rows_in_file, rows_loaded, rows_rejected, rows_duplicate"
        " from raw.loads where source = 'mentors' and status = 'accepted' order by load_id"
    ) == [(4, 4, 16, 15, 1, 0), (6, 6, 16, 15, 1, 0)]
    for load_id in (4, 6):
        rows = snapshot_rows.of_load(declared().source("mentors"), str(load_id))
        assert pipeline.rows(f"select count(*) from ({rows})") == [(15,)]


def test_withdrawn_content_does_not_come_back_by_itself(pipeline: Pipeline) -> None:
    """The file may still lie in the landing folder the next night; the message says how to let it in."""
    rebuild_raw.withdraw(SECOND_SHEET)
    with pytest.raises(FileRefused, match=r"content of load 4.*make withdraw LOAD=4 UNDO=yes"):
        pipeline.deliver(HISTORY[1], DAYS[1])
    rebuild_raw.withdraw(SECOND_SHEET, undo=True)
    pipeline.deliver(HISTORY[1], DAYS[1])


def test_a_wrong_date_is_taken_back_without_its_load(built: Pipeline, tmp_path: Path) -> None:
    """Of a delivery that came again under it: the next sheet is in force, as if the date never was."""
    without = built.copy_to(tmp_path / "without")
    without.deliver(delivery(B, events(842)), NEXT_DAY)
    expected = rebuilt(without)
    pipeline = built.copy_to(tmp_path / "wrong")
    pipeline.deliver(HISTORY[-1], WRONG_DAY)
    pipeline.deliver(delivery(B, events(842)), NEXT_DAY)
    assert rebuilt(pipeline) != expected
    rebuild_raw.withdraw_date(WRONG_DAY)
    assert rebuilt(pipeline) == expected
    assert {load["status"] for load in archive.read_ledger() or []} == {"accepted"}
    with pytest.raises(RecoveryImpossible, match=f"{WRONG_DAY} cannot be withdrawn: found no accepted load"):
        rebuild_raw.withdraw_date(WRONG_DAY)


def test_the_only_date_of_a_load_is_corrected(built: Pipeline, tmp_path: Path) -> None:
    """Without a date it would be no load; the rows are judged again, as of the right day."""
    new = delivery(sheet(**{MENTOR: "Silver"}), json.dumps([*json.loads(events(842)), LATE_EVENT]).encode())
    right = built.copy_to(tmp_path / "right")
    right.deliver(new, NEXT_DAY)
    expected = rebuilt(right)
    pipeline = built.copy_to(tmp_path / "wrong")
    pipeline.deliver(new, WRONG_DAY)
    assert rebuilt(pipeline) != expected
    with pytest.raises(RecoveryImpossible, match=r"load 8: found that it is the load's only date\. Expected"):
        rebuild_raw.withdraw_date(WRONG_DAY, load_id=8)
    rebuild_raw.withdraw_date(WRONG_DAY, right_day=NEXT_DAY)
    assert rebuilt(pipeline) == expected


@pytest.mark.parametrize(("load", "undo"), [(99, False), (4, True)])
def test_a_load_that_cannot_be_withdrawn_is_named(load: int, undo: bool, pipeline: Pipeline) -> None:
    """The message lists those that can; nothing changes."""
    before = raw(pipeline)
    with pytest.raises(RecoveryImpossible, match=f"Load {load} is not .*Expected one of"):
        rebuild_raw.withdraw(load, undo=undo)
    assert raw(pipeline) == before


def test_a_lost_build_is_made_of_the_kept_deliveries(pipeline: Pipeline) -> None:
    """Row by row the same raw layer, times and refusals included; and of it the same tables."""
    with pytest.raises(FileRefused):
        pipeline.deliver(delivery(A, b"[]"), DAYS[2])
    before, tables = raw(pipeline), pipeline.tables_of_any_deliveries()
    remove(settings().build_path)
    assert rebuild_raw.heal()
    assert raw(pipeline) == before
    assert rebuilt(pipeline) == tables
    assert rebuild_raw.heal() is None


def test_what_is_kept_no_longer_comes_from_a_version(pipeline: Pipeline) -> None:
    """A file past its time is not needed while a version of the same data has its rows."""
    before = raw(pipeline)
    publish("a run")
    archive.find("events", before["loads"][2][3]).unlink()
    remove(settings().build_path)
    rebuild_raw.heal()
    assert raw(pipeline) == before


def test_rows_that_are_nowhere_stop_the_recovery(pipeline: Pipeline) -> None:
    """Neither the file nor a version: told which load and which file; the build is not replaced by less."""
    before = raw(pipeline)
    kept = archive.find("events", before["loads"][2][3])
    kept.unlink()
    with pytest.raises(
        RecoveryImpossible, match=r"Load 3 .*cannot be read again.*MENTOR_KEEP_DELIVERIES_DAYS"
    ):
        rebuild_raw.restore_raw()
    assert raw(pipeline) == before
    with pytest.raises(RecoveryImpossible):
        rebuild_raw.withdraw(2)
        archive.find("mentors", before["loads"][3][3]).unlink()
        rebuild_raw.withdraw(2, undo=True)
    assert not list(settings().build_path.parent.glob("staged*"))


@pytest.mark.parametrize("damage", ["header", "garbage", "empty", "noted"])
def test_a_damaged_build_is_rebuilt(damage: str, pipeline: Pipeline) -> None:
    """Whether DuckDB cannot open it, or a stage met the damage later and noted it."""
    before = raw(pipeline)
    build = settings().build_path
    content = build.read_bytes()
    if damage == "noted":
        build_state.note_damage()
        with warehouse.connect(build) as connection:
            connection.execute("delete from raw.events")
    else:
        build.write_bytes(
            {"header": b"\0" * 8192 + content[8192:], "garbage": b"no database" * 999, "empty": b""}[damage]
        )
    assert rebuild_raw.heal()
    assert raw(pipeline) == before
    assert rebuild_raw.heal() is None
