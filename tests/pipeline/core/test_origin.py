"""The sample and a user's own data never meet, and neither is lost when the other comes."""

import shutil
from pathlib import Path

import pytest

from include.pipeline.core import origin
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import landing, landing_tables, ledger
from tests.support.deliveries import DATA_DATE, MENTORS_HEADER, Bench, array, event, users


def receive(folder: Path) -> list[int]:
    """Land and accept the three files of a folder in the build of their origin."""
    paths = {source.name: folder / source.file_name for source in declared().sources}
    origin.switch_build(settings(), origin.of_delivery(paths.values()))
    ledger.open_raw()
    landing_tables.reset()
    for name, path in paths.items():
        landing.land(declared().source(name), path, DATA_DATE)
    return ledger.accept()


def test_a_delivery_is_the_sample_when_any_file_of_it_is_shipped(bench: Bench, sample: Path) -> None:
    """A copy of the sample is the sample, in part too; a changed or packed file is the user's own."""
    paths = [sample / source.file_name for source in declared().sources]
    assert origin.of_delivery(paths) == origin.SAMPLE
    for path in paths[:-1]:
        path.write_bytes(path.read_bytes() + b"\n")
    assert origin.of_delivery(paths) == origin.SAMPLE
    paths[-1].write_bytes(paths[-1].read_bytes() + b"\n")
    assert origin.of_delivery(paths) == origin.OWN
    assert origin.of_delivery([bench.write("users", users(1))]) == origin.OWN


def test_sample_and_own_data_never_meet(bench: Bench, tmp_path: Path) -> None:
    """Each origin goes on where it was, with its own rows, ledger and load ids."""
    own = tmp_path / "own"
    own.mkdir()
    for source, content in (
        ("users", users(3)),
        ("mentors", f"{MENTORS_HEADER}K1,Gold,1\n"),
        ("events", array([event("e1")])),
    ):
        shutil.move(bench.write(source, content), own)
    query = "select origin, count(*), sum(rows_loaded)::int from raw.loads group by all"

    assert receive(declared().sample_data) == [1, 2, 3]
    assert bench.build(query) == [("sample", 3, 1007)]
    assert receive(own) == [1, 2, 3]
    assert bench.build(query) == [("own", 3, 5)]
    assert receive(declared().sample_data) == []
    assert bench.build(query) == [("sample", 3, 1007)]
    (own / "users_db_export.csv").write_text(users(4), encoding="utf-8")
    assert receive(own) == [4]
    assert bench.build(query) == [("own", 4, 9)]
    assert receive(declared().sample_data) == []
    assert bench.build(query) == [("sample", 3, 1007)]


def test_the_pointer_is_swapped_at_one_stroke(bench: Bench) -> None:
    """There is always a current build, and what a killed run left of a swap does not matter."""
    current = settings()
    for name in (origin.OWN, origin.SAMPLE, origin.SAMPLE):
        leftover = current.build_dir / "current.next"
        current.build_dir.mkdir(parents=True, exist_ok=True)
        leftover.symlink_to("nowhere")
        origin.switch_build(current, name)
        assert origin.of_build(current) == name
        assert current.build_path.parent.is_symlink()
        assert not leftover.is_symlink()


@pytest.mark.parametrize("moved", [False, True])
def test_a_warehouse_can_be_moved(moved: bool, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer is relative: the folder works at any place."""
    bench.deliver("users", users(3))
    if moved:
        there = bench.folder.parent / "there"
        settings().warehouse_dir.rename(there)
        monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(there))
    assert bench.rows_in_raw() == 3
