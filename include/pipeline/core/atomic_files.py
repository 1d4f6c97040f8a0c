"""Files and folders that are whole or not there, whatever happens to the process or the machine."""

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Atomically and durably replace `path` with a file of this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    following = path.with_name(f".{path.name}.next")
    following.write_text(text, encoding="utf-8", newline="")
    put_in_place(following, path)


def put_in_place(following: Path, path: Path) -> None:
    """Rename a finished file or folder to `path` in the same folder; both survive a loss of power."""
    sync(following)
    os.replace(following, path)
    sync(path.parent)


def link_in_place(target: str, path: Path) -> None:
    """Make `path` a symbolic link to `target`, atomically."""
    following = path.with_name(f".{path.name}.next")
    remove(following)
    following.symlink_to(target)
    os.replace(following, path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all it holds; nothing where it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the file, or the names in the folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
