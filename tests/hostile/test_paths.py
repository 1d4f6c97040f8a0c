"""Folders of any name: only what is in them is read."""

from pathlib import Path

import pytest

from include.pipeline.core.settings import load
from include.simulator.any_size import write_delivery
from tests.support.deliveries import Bench, array, events, lines, users

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
OTHER_FOLDERS = ("axb", "ab", "b", "x", "HOME")


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_this_folder_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is no pattern, no partition and no template; its file is read, in each form."""
    for other in OTHER_FOLDERS:
        for inbox in ("in", "warehouse/deliveries/own/incoming"):
            (tmp_path / other / inbox).mkdir(parents=True)
            (tmp_path / other / inbox / "users_db_export.csv").write_text(users(7), encoding="utf-8")
            (tmp_path / other / inbox / "booking_events.json").write_text(array(events(7)), encoding="utf-8")
    folder = tmp_path / name
    (folder / "in").mkdir(parents=True)
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(folder / "warehouse"))
    load()
    bench = Bench(folder / ".." / name / "in")
    bench.deliver("users", users(3))
    bench.deliver("events", array(events(3)))
    bench.deliver("events", lines(events(4)))
    assert bench.build("select user_id from raw.users order by _row_number") == [("1",), ("2",), ("3",)]
    assert bench.build("select event_id, user_id from raw.events order by _load_id, _row_number") == [
        (f"e{number}", "71") for number in (1, 2, 3, 4)
    ]


def test_a_delivery_is_written_into_such_a_folder(tmp_path: Path) -> None:
    """The simulator writes only into the folder it was given."""
    for name in NAMES:
        write_delivery(tmp_path / name, 50, packed=True)
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == [
            "booking_events.json.gz",
            "mentor_tiers.csv.gz",
            "users_db_export.csv.gz",
        ]
