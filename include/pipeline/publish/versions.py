"""The published versions: `versions/<number>/` with the database and its manifest, kept for a while.

The database that readers open is a hard link to the database of one of them: it changes atomically,
and a reader that has the old one open keeps it.
"""

import json
import os
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from include.pipeline.core import warehouse
from include.pipeline.core.atomic_files import put_in_place, remove, write_atomically
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import database_name, settings

MANIFEST = "manifest.json"
UNFINISHED = ".next"


class VersionUnusable(UserFacingError):
    """There is no such version, or it is not as it was published."""


@dataclass(frozen=True)
class Version:
    """One published version.

    Attributes:
        number: counts from 1.
        folder: holds the database and the manifest.
        manifest: the run, the files it was built from, the rows of each table, the database's hash.
    """

    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def database(self) -> Path:
        """The database of the version."""
        return self.folder / database_name()

    @property
    def is_published(self) -> bool:
        """True for the version that readers open."""
        try:
            return os.path.samefile(settings().published_path, self.database)
        except FileNotFoundError:
            # Nothing is published yet, or a run has just removed this version.
            return False


def kept() -> list[Version]:
    """Return the kept versions, oldest first; a folder without a complete manifest is not one."""
    return [version for folder in _folders() if (version := _read(folder))]


def published() -> Version | None:
    """Return the version that readers open; None before the first publication."""
    return next((version for version in kept() if version.is_published), None)


def find(number: int) -> Version:
    """Return a version.

    Raises:
        VersionUnusable: there is none of this number.
    """
    versions = kept()
    for version in versions:
        if version.number == number:
            return version
    found = ", ".join(str(version.number) for version in versions) or "none"
    raise VersionUnusable(
        f"There is no version {number}: found {found}. Expected one of those; `make versions` lists them."
    )


def next_number() -> int:
    """Return the number that the next version will have."""
    return max((int(folder.name) for folder in _folders()), default=0) + 1


def start() -> Path:
    """Return the path of the next version's database, in a folder of its own that nobody reads."""
    folder = settings().versions_dir / UNFINISHED
    remove(folder)
    folder.mkdir(parents=True)
    return folder / database_name()


def finish(manifest: dict[str, Any]) -> Version:
    """Turn what `start` began into a version, with the manifest and the hash of the database."""
    folder = settings().versions_dir / UNFINISHED
    database = folder / database_name()
    # Opening it to write by mistake fails with a clear error.
    database.chmod(0o444)
    number = next_number()
    described = {"version": number, **manifest, "database": _identity(database)}
    write_atomically(folder / MANIFEST, json.dumps(described, indent=2))
    finished = folder.with_name(str(number))
    put_in_place(database, database)
    put_in_place(folder, finished)
    return Version(number, finished, described)


def publish(version: Version) -> None:
    """Have readers open this version."""
    if version.is_published:
        return
    published = settings().published_path
    staged = published.with_name(f".{published.name}.next")
    staged.unlink(missing_ok=True)
    os.link(version.database, staged)
    warehouse.remove_log(published)
    put_in_place(staged, published)


def prune() -> None:
    """Remove the oldest versions beyond MENTOR_KEEP_VERSIONS; the published one stays in any case."""
    versions = kept()
    stay = [
        version.folder
        for place, version in enumerate(versions)
        if version.is_published or place >= len(versions) - settings().keep_versions
    ]
    for folder in _folders():
        if folder not in stay:
            # Renamed first, so that a version is never half removed.
            gone = folder.with_name(UNFINISHED)
            os.replace(folder, gone)
            remove(gone)


def check(version: Version) -> None:
    """Compare the database with its manifest.

    Raises:
        VersionUnusable: it is not as it was published.
    """
    expected = version.manifest["database"]
    found = _identity(version.database)
    if found != expected:
        raise VersionUnusable(
            f"Version {version.number} is damaged: found {found}, expected {expected}."
            " Choose another one; `make versions` lists them."
        )


def _identity(database: Path) -> dict[str, Any]:
    with database.open("rb") as content:
        return {"sha256": file_digest(content, "sha256").hexdigest(), "size_bytes": database.stat().st_size}


def _folders() -> list[Path]:
    """All that has a version's name, by its number."""
    folders = [path for path in settings().versions_dir.glob("*") if path.name.isdecimal()]
    return sorted(folders, key=lambda folder: int(folder.name))


def _read(folder: Path) -> Version | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_whole = database_name() in os.listdir(folder)
    except (OSError, ValueError):
        return None
    return Version(int(folder.name), folder, manifest) if is_whole else None
