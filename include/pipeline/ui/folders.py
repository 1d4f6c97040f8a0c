"""Reads files by names from a request, but never one outside of the folder."""

from pathlib import Path

from starlette.exceptions import HTTPException


def find(folder: Path, *names: str) -> Path | None:
    """Return the file of these names below `folder`, all links followed; None if it is not inside."""
    try:
        root = folder.resolve(strict=True)
        path = folder.joinpath(*names).resolve(strict=True)
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        # Missing, unreadable, too long, with a NUL, or a loop of links.
        return None


def read(folder: Path, *names: str) -> bytes:
    """Return the content of the file of these names below `folder`.

    Raises:
        HTTPException: 404, there is no such file in the folder.
    """
    path = find(folder, *names)
    try:
        if path is not None:
            return path.read_bytes()
    except OSError:
        # Gone since: a run replaces what it wrote before.
        pass
    raise HTTPException(404)
