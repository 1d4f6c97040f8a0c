"""Keeps the sample and a user's own data apart: each has a build of its own, and a run works in one.

A warehouse with the sample starts over when other data comes, and continues where it was when the
sample comes back. Their rows never mix.
"""

import os
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from include.pipeline.core.settings import Settings, declared

SAMPLE = "sample"
OWN = "own"


def of_delivery(paths: Iterable[Path]) -> str:
    """Return `sample` when any of the files has the content of one that the project ships, else `own`."""
    return SAMPLE if any(_is_shipped(path) for path in paths) else OWN


def switch_build(current: Settings, origin: str) -> None:
    """Make the build of `origin` the current one; the other one stays as it is."""
    (current.build_dir / origin).mkdir(parents=True, exist_ok=True)
    pointer = current.build_path.parent
    staged = pointer.with_name("current.next")
    staged.unlink(missing_ok=True)
    staged.symlink_to(origin)
    os.replace(staged, pointer)


def of_build(current: Settings) -> str:
    """Return the origin of the data in the current build."""
    return current.build_path.parent.resolve().name


def _is_shipped(path: Path) -> bool:
    """Compare hashes: the landing folder may hold the sample, or a user's own files instead."""
    try:
        with path.open("rb") as content:
            return file_digest(content, "sha256").hexdigest() in (
                declared().sample_data / "SHA256SUMS"
            ).read_text(encoding="utf-8")
    except OSError:
        # An unreadable file is not the sample; landing it reports what is wrong.
        return False
