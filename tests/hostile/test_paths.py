"""Folders of any name: what is in them is read, and nothing beside them."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from include.mentoring import stages, warehouse
from include.mentoring.generator.delivery import write_delivery
from include.mentoring.settings import SAMPLE_DATA_DIR, load, settings
from include.mentoring.sources import SOURCES
from tests.mentoring.deliveries import Bench, array, events, lines, users

NAMES = (
    "with spaces  and a .dot",
    'it\'s "quoted"',
    "a*b",
    "a[x]b",
    "[!a]",
    "**",
    "$HOME ${HOME} $path",
    "%s %(name)s {0}",
    "{{ env_var('HOME') }}",
    "user_id=9",
    "ü 漢 \U0001f600 \u202e",
    "a\\b",
    "a;b,c",
    "-rf",
    "line\nbreak",
)
# Where a name is taken for a pattern, their files are read in its place, or besides.
BESIDE = ("axb", "ab", "b", "x", "HOME")


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of an odd name, with a warehouse in it, among others that have other files."""
    for name in BESIDE:
        for inbox in ("in", "warehouse/deliveries/own/incoming"):
            (tmp_path / name / inbox).mkdir(parents=True)
            (tmp_path / name / inbox / "users_db_export.csv").write_text(users(7), encoding="utf-8")
            (tmp_path / name / inbox / "booking_events.json").write_text(array(events(7)), encoding="utf-8")
    folder = tmp_path / request.param
    (folder / "in").mkdir(parents=True)
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(folder / "warehouse"))
    monkeypatch.setenv("MENTOR_DATA_DIR", str(folder / "in"))
    load()
    return folder


def test_the_file_of_this_folder_is_read(folder: Path) -> None:
    """A path is no pattern, no partition and no template; its file is read, in each form."""
    bench = Bench(folder / "in")
    bench.deliver("users", users(3))
    bench.deliver("events", array(events(3)))
    bench.deliver("events", lines(events(4)))
    assert bench.build("select user_id from raw.users order by _row_number") == [("1",), ("2",), ("3",)]
    assert bench.build("select event_id, user_id from raw.events order by _load_id, _row_number") == [
        (f"e{number}", "71") for number in (1, 2, 3, 4)
    ]


def test_the_stages_take_such_a_folder(folder: Path) -> None:
    """A delivery in it is received, landed and accepted like any other."""
    for source in SOURCES.values():
        shutil.copy(SAMPLE_DATA_DIR / source.file_name, folder / "in")
    received = stages.receive("a_run", date(2023, 8, 1).isoformat())
    for source in SOURCES:
        stages.land("a_run", source, received)
    stages.accept("a_run")
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        assert connection.execute("select count(*) from raw.events").fetchall() == [(842,)]


def test_a_delivery_is_written_into_such_a_folder(folder: Path) -> None:
    """The generator writes where it is told to."""
    write_delivery(folder / "made", 50, packed=True)
    assert sorted(path.name for path in (folder / "made").iterdir()) == [
        "booking_events.json.gz",
        "mentor_tiers.csv.gz",
        "users_db_export.csv.gz",
    ]
