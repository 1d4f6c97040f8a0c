"""Files and folders that are complete or absent, whatever happens to the process or the machine."""

import errno
import os
import shutil
from pathlib import Path

# What shares of Windows and file systems of memory sticks answer to a link.
NO_LINKS = (errno.EOPNOTSUPP, errno.EPERM, errno.ENOSYS)
NO_FLUSH = (errno.EOPNOTSUPP, errno.EINVAL)


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


def copy_file(path: Path, copy: Path) -> None:
    """Copy a file; where the file system can, both share their blocks, which takes no time and no space.

    Raises:
        OSError: a file cannot be read or written.
    """
    try:
        with path.open("rb") as read, copy.open("wb") as written:
            while os.copy_file_range(read.fileno(), written.fileno(), path.stat().st_size or 1):
                pass
        is_whole = copy.stat().st_size == path.stat().st_size
    except (AttributeError, OSError):
        # macOS has no such call, and file systems refuse it in many ways. Below, a lasting error is raised.
        is_whole = False
    if not is_whole:
        shutil.copyfile(path, copy)


def link_in_place(target: str, path: Path) -> None:
    """Make `path` a symbolic link to a folder of files next to it, atomically.

    Where the file system has no such links, `path` is a copy, and absent for an instant when it is replaced.
    """
    staged = path.with_name(f".{path.name}.next")
    remove(staged)
    try:
        staged.symlink_to(target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        _copy(path.parent / target, staged)
    if path.is_dir() and not path.is_symlink():
        earlier = path.with_name(f".{path.name}.earlier.next")
        remove(earlier)
        os.replace(path, earlier)
        put_in_place(staged, path)
        remove(earlier)
    else:
        os.replace(staged, path)
        sync(path.parent)


def _copy(folder: Path, copy: Path) -> None:
    """Copy the files of a folder, without permissions, which such a file system may not have either."""
    copy.mkdir()
    for path in folder.iterdir():
        copy_file(path, copy / path.name)
        sync(copy / path.name)


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
    except OSError as error:
        # A share may flush files only.
        if error.errno not in NO_FLUSH or not path.is_dir():
            raise
    finally:
        os.close(handle)
