"""Whatever path is asked for, only what lies in the folder is read."""

from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from include.pipeline.core.settings import Settings
from include.pipeline.ui import folders as folder_files
from tests.pipeline.ui.webserver import Server

SECRET = "outside of the folder"
# The way from a run's folder to a file outside.
TRICKS = [
    "../{}",
    "..%2f{}",
    "%2e%2e/{}",
    "%2e%2e%2f{}",
    "%252e%252e%252f{}",
    "..%5c{}",
    "..\\{}",
    "%2f{}",
    "//{}",
    "{}%00",
    "%00{}",
    "./../{}",
    "a-link/{}",
    "a-link-to-it",
    "a-circle",
    "a" * 5000,
    "..",
    ".",
    "%ff",
]


@pytest.fixture
def outside(folders: Settings) -> Path:
    """Return a file outside; links in the folders lead to it."""
    path = folders.warehouse_dir.parent / "tier_report.html"
    path.write_text(SECRET, encoding="utf-8")
    folder = folders.report_dir / "a-run"
    folder.mkdir(parents=True)
    (folder / "a-link").symlink_to(path.parent)
    (folder / "a-link-to-it").symlink_to(path)
    (folder / "a-circle").symlink_to("a-circle")
    (folder / "tier_report.md").write_text("in it", encoding="utf-8")
    (folders.report_dir / "a-run-outside").symlink_to(path.parent)
    linked = folders.report_dir / "a-linked-file"
    linked.mkdir()
    (linked / path.name).symlink_to(path)
    return path


@pytest.mark.parametrize("trick", TRICKS)
def test_no_path_leads_out_of_a_run(webserver: Server, outside: Path, trick: str) -> None:
    """Not up, not by an absolute path, not by a link; as the client wrote it, untidied."""
    assert webserver.get("/mentoring/reports/a-run/tier_report.md").status == 200
    for name in (outside.name, str(outside), str(outside).lstrip("/"), f"../../{outside.name}"):
        for address in (trick.format(name), f"?file={trick.format(name)}"):
            answer = webserver.get(f"/mentoring/reports/a-run/{address}")
            assert answer.status == 404
            assert SECRET not in answer.text


@pytest.mark.parametrize(
    "run",
    [
        "..",
        "%2e%2e",
        ".",
        "%2e",
        "..%2f..",
        "%00",
        "..%5c",
        "a-run%2f..%2f..",
        "a-run-outside",
        "a-linked-file",
    ],
)
def test_no_run_leads_out_of_the_reports(webserver: Server, outside: Path, run: str) -> None:
    """A run is a folder in that of the reports, and its files lie in it too."""
    answer = webserver.get(f"/mentoring/reports/{run}/{outside.name}")
    assert answer.status == 404
    assert SECRET not in answer.text


def test_a_file_outside_is_not_found(outside: Path, folders: Settings) -> None:
    """The folder may be a link itself, and links inside of it may lead to other places in it."""
    folder = folders.report_dir / "a-run"
    (folder / "another").symlink_to("tier_report.md")
    linked = folders.report_dir.with_name("linked")
    linked.symlink_to(folder)
    assert folder_files.read(linked, "another") == b"in it"
    for names in (
        ("..", "..", outside.name),
        (str(outside),),
        ("a-link-to-it",),
        ("a-circle",),
        ("\0",),
        (".",),
    ):
        assert folder_files.find(folder, *names) is None
        with pytest.raises(HTTPException):
            folder_files.read(folder, *names)


def test_a_file_that_goes_meanwhile_is_not_found(folders: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may take it away between the look and the reading."""
    monkeypatch.setattr(folder_files, "find", lambda *names: folders.report_dir / "gone")
    with pytest.raises(HTTPException):
        folder_files.read(folders.report_dir, "gone")
