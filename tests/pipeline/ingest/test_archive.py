"""What was delivered is kept as it came, by its content, for as long as the settings say."""

import os
import shutil
from datetime import datetime, timedelta

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import archive, landing, landing_tables, ledger, raw_tables
from tests.support.deliveries import DATA_DATE, Bench, array, events, users

USERS = declared().source("users")


def kept(bench: Bench) -> list[str]:
    """Return the names in the archive of the build's origin, hashes cut short."""
    folder = settings().deliveries_dir / "own"
    return sorted(f"{path.name[:12]}{''.join(path.suffixes)}" for path in folder.glob("*-*"))


def loads() -> list[raw_tables.Load]:
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return raw_tables.loads(connection)


def test_an_accepted_file_is_kept_once_as_it_came(bench: Bench) -> None:
    """Named by source and content; the same content under another name, or packed, is the same file."""
    bench.deliver("users", users(3))
    path = bench.folder / "users_db_export.csv"
    packed = bench.folder / "users_db_export.csv.gz"
    shutil.copy(path, bench.folder / "copy.csv")
    os.system(f"gzip -kf '{path}'")
    bench.land_file("users", packed)
    assert len(kept(bench)) == 1
    (load,) = loads()
    copy = archive.find("users", load["sha256"])
    assert copy is not None and copy.read_bytes() == path.read_bytes()
    assert archive.find("events", load["sha256"]) is None


def test_what_lands_is_the_copy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is overwritten while it lands cannot make the rows differ from the hash."""
    path = bench.write("users", users(3))
    take_in = archive.take_in

    def overwrite_afterwards(delivered: object) -> object:
        copy = take_in(path)
        path.write_text(users(9), encoding="utf-8")
        return copy

    monkeypatch.setattr(archive, "take_in", overwrite_afterwards)
    assert bench.land_file("users", path).rows_loaded == 3


def test_a_file_that_cannot_be_read_is_refused(bench: Bench) -> None:
    """An error of the file system is a refusal with its cause, not a traceback."""
    path = bench.folder / USERS.file_name
    # Even root cannot read the memory of a process from its start.
    path.symlink_to("/proc/self/mem")
    with pytest.raises(FileRefused, match=r"users_db_export\.csv cannot be read: .*check its permissions"):
        bench.land_file("users", path)


def test_the_ledger_is_copied_with_every_change(bench: Bench) -> None:
    """The copy says what `raw.loads` says, refusals included."""
    assert archive_is_empty(bench)
    bench.deliver("users", users(3))
    assert archive.read_ledger() == loads()
    with pytest.raises(FileRefused):
        bench.land("events", "[]")
    assert [load["status"] for load in loads()] == ["accepted", "refused"]
    assert archive.read_ledger() == loads()


def archive_is_empty(bench: Bench) -> bool:
    landing_path = settings().landing_path
    return not landing_path.exists() and not settings().deliveries_dir.exists()


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"load_id": 1}]', "null"])
def test_a_copy_of_the_ledger_that_is_broken_is_none(text: str, bench: Bench) -> None:
    """Half a file is not read as half a history."""
    bench.deliver("users", users(3))
    (settings().deliveries_dir / "own" / "ledger.json").write_text(text, encoding="utf-8")
    assert not archive.read_ledger()


def test_what_no_load_needs_is_swept(bench: Bench) -> None:
    """A refused file, and what a killed run was copying, go with the next run; what is in raw stays."""
    bench.deliver("users", users(3))
    landing_tables.reset()
    landing.land(declared().source("events"), bench.write("events", array(events(3))), DATA_DATE)
    ledger.refuse_landed("no good")
    (settings().deliveries_dir / "own" / "incoming" / "half.csv").write_text("half", encoding="utf-8")
    assert len(kept(bench)) == 2
    archive.sweep(loads())
    assert [name[:6] for name in kept(bench)] == ["users-"]
    assert not (settings().deliveries_dir / "own" / "incoming").exists()


def test_a_file_is_kept_for_its_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """MENTOR_KEEP_DELIVERIES_DAYS after its last acceptance, and no day longer."""
    monkeypatch.setenv("MENTOR_KEEP_DELIVERIES_DAYS", "30")
    bench.deliver("users", users(3))
    for age, stays in ((timedelta(days=29, hours=23), True), (timedelta(days=30, hours=1), False)):
        aged = [{**load, "loaded_at": datetime.utcnow() - age} for load in loads()]
        archive.sweep(aged)
        assert bool(kept(bench)) == stays
