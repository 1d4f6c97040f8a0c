"""Files and folders that are complete or absent, whatever happens to the process or the machine."""

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Atomically and durably replace `path` with a file of this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.next")
    staged.write_text(text, encoding="utf-8", newline="")
    put_in_place(staged, path)


def put_in_place(staged: Path, path: Path) -> None:
    """Rename a finished file or folder to `path` in the same folder; both survive a loss of power."""
    sync(staged)
    os.replace(staged, path)
    sync(path.parent)


def link_in_place(target: str, path: Path) -> None:
    """Make `path` a symbolic link to `target`, atomically."""
    staged = path.with_name(f".{path.name}.next")
    remove(staged)
    staged.symlink_to(target)
    os.replace(staged, path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all it holds, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Flush the file, or the names in the folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
