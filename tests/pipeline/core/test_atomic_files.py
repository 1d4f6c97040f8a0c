"""Files are copied by the file system itself where it can, and in the usual way where it cannot."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core.atomic_files import copy_file

CONTENT = os.urandom(3 << 20)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(CONTENT)
    return path


def test_the_file_system_copies(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy replaces what was there, and Python reads none of it."""
    monkeypatch.setattr("shutil.copyfile", None)
    copy = original.with_name("copy")
    copy.write_bytes(CONTENT * 2)
    copy_file(original, copy)
    assert copy.read_bytes() == CONTENT


def test_an_empty_file_is_copied(original: Path) -> None:
    original.write_bytes(b"")
    copy_file(original, original.with_name("copy"))
    assert original.with_name("copy").read_bytes() == b""


def test_python_copies_where_the_file_system_cannot(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux refuses two file systems of different kinds, or copies nothing, and macOS has no such call."""

    def refuse(*_: Any) -> int:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "copy_file_range", refuse)
    copy_file(original, original.with_name("one"))
    monkeypatch.setattr(os, "copy_file_range", lambda *_: 0)
    copy_file(original, original.with_name("two"))
    monkeypatch.delattr(os, "copy_file_range")
    copy_file(original, original.with_name("three"))
    for name in ("one", "two", "three"):
        assert original.with_name(name).read_bytes() == CONTENT


def test_a_full_disk_is_an_error(original: Path) -> None:
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        copy_file(original, Path("/dev/full"))
