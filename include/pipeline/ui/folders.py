"""Reads files for people who name them: never one that lies outside of the folder."""

from pathlib import Path

from starlette.exceptions import HTTPException


def find(folder: Path, *names: str) -> Path | None:
    """Return the file of these names below `folder`, all links followed; None where there is none in it."""
    try:
        root = folder.resolve(strict=True)
        path = folder.joinpath(*names).resolve(strict=True)
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        # Not there, not to be read, too long, with a NUL, or links in a circle.
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
