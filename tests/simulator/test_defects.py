"""Every defect changes the files, the same way for the same seed, or says why it cannot."""

import gzip
import shutil
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.any_size import write_delivery

from .conftest import SAMPLE
from .folders import contents


@pytest.fixture(scope="module")
def packed_lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of one object a line in gzip."""
    folder = tmp_path_factory.mktemp("packed_lines")
    write_delivery(folder, 1_000, file_format="lines", packed=True)
    return folder


def test_there_is_a_defect_for_every_line() -> None:
    """The registry is not empty and every defect says in one line what it does."""
    assert len(defects.DEFECTS) == 66
    for name, defect in defects.DEFECTS.items():
        assert name == defect.name
        assert 20 < len(defect.rule) <= 100 and defect.rule.endswith(".")


@pytest.mark.parametrize("name", defects.DEFECTS)
def test_changes_something_the_same_way(tmp_path: Path, name: str) -> None:
    """A defect changes the files, and the same seed changes them to the same bytes."""
    made = []
    for turn in ("one", "two"):
        shutil.copytree(SAMPLE, tmp_path / turn, ignore=shutil.ignore_patterns("*.md"))
        before = contents(tmp_path / turn)
        defects.apply(name, tmp_path / turn, seed=4)
        made.append(contents(tmp_path / turn))
    assert before and made[0] != before
    assert made[0] == made[1]


@pytest.mark.parametrize("name", defects.DEFECTS)
def test_works_on_packed_lines(packed_lines: Path, tmp_path: Path, name: str) -> None:
    """A defect applies to one object a line in gzip too, and leaves them so."""
    shutil.copytree(packed_lines, tmp_path, dirs_exist_ok=True)
    before = contents(tmp_path)
    defects.apply(name, tmp_path)
    after = contents(tmp_path)
    assert after and all(path.endswith(".gz") for path in after)
    if name != "one_object_a_line":
        assert after != before
    if name not in ("missing_file", "empty_file"):
        events = [content for path, content in after.items() if "booking_events" in path]
        assert events and all(gzip.decompress(content)[:1] == b"{" for content in events)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("no_such", {}, "no defect 'no_such': expected one of"),
        ("unknown_status", {"rows": 0}, "0 is no number of rows"),
        ("unknown_status", {"rows": 1.5}, "1.5 is no number of rows"),
        ("unknown_status", {"rows": 5_000}, "only 145 fit"),
        ("unknown_status", {"source": "events"}, "changes users only"),
        ("bom", {"source": "invoices"}, "no source 'invoices'"),
        ("bom", {"rows": 3}, "takes no rows"),
        ("ragged_row", {"source": "events"}, "expected users or mentors"),
    ],
)
def test_what_cannot_be_is_said(folder: Path, name: str, arguments: dict[str, object], message: str) -> None:
    """A defect that does not apply says what was found and expected, and changes nothing."""
    before = contents(folder)
    with pytest.raises(defects.DefectError, match=message):
        defects.apply(name, folder, **arguments)
    assert contents(folder) == before


@pytest.mark.parametrize("damage", ["truncated_events", "not_utf8", "empty_file", "header_only"])
def test_a_damaged_delivery_is_not_damaged_further(folder: Path, damage: str) -> None:
    """A row defect after one of a whole file says to name whole-file defects last."""
    defects.apply(damage, folder)
    with pytest.raises(defects.DefectError, match="last"):
        defects.apply("unknown_user", folder)


@pytest.fixture(scope="module", params=[1, 20])
def tiny(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A delivery of one event, and one of twenty."""
    folder = tmp_path_factory.mktemp("tiny")
    write_delivery(folder, request.param)
    return folder


@pytest.mark.parametrize("name", defects.DEFECTS)
def test_a_tiny_delivery_is_broken_or_named_too_small(tiny: Path, tmp_path: Path, name: str) -> None:
    """A defect either applies to a tiny delivery or says that it is too small."""
    shutil.copytree(tiny, tmp_path, dirs_exist_ok=True)
    before = contents(tmp_path)
    try:
        defects.apply(name, tmp_path)
    except defects.DefectError as error:
        assert "make a larger delivery" in str(error)
        assert contents(tmp_path) == before
    else:
        assert contents(tmp_path) != before


def test_a_folder_without_a_delivery(tmp_path: Path) -> None:
    """An empty folder is named, with the command that fills it."""
    with pytest.raises(defects.DefectError, match="simulator sample --out"):
        defects.apply("unknown_user", tmp_path)
