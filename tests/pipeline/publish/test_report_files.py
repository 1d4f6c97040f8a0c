"""The files of a report: whole folders behind links, or copies where there are no links."""

import errno
import os
from pathlib import Path

import pytest

from include.pipeline.publish import report_files
from tests.support.deliveries import Bench


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EPERM])
def test_a_file_system_without_links_gets_copies(
    number: int, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a share of Windows answers; `latest` has the newest files, a run written again the new ones only."""

    def no_links(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "symlink", no_links)
    report_files.write("one", {"a.txt": "first", "b.txt": "gone"})
    report_files.write("one", {"a.txt": "again"})
    report_files.write("two", {"a.txt": "second"})
    found = {
        path.relative_to(tmp_path / "reports"): path.read_text(encoding="utf-8")
        for path in (tmp_path / "reports").glob("[!.]*/*")
    }
    assert {str(path): text for path, text in found.items()} == {
        "one/a.txt": "again",
        "two/a.txt": "second",
        "latest/a.txt": "second",
    }
    assert not [*(tmp_path / "reports").glob(".*.next")]


def test_another_error_of_a_link_stays_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk gets no copy in place of the link."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "symlink", full)
    with pytest.raises(OSError, match="No space left"):
        report_files.write("one", {"a.txt": "first"})
