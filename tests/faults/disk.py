"""Disks that are full, and folders and files that may not be written or read."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from tests.faults import broken
from tests.faults.kills import Outcome, Reference
from tests.faults.processes import Order
from tests.faults.world import Home

SIZE_MIB = 64
KIB = 1024
FULL = r"The disk is full: found .* free .*Expected room .*; free some space and run again"
FORBIDDEN = r"may not be written: .*; change the permissions"
# Where the disk fills up -> the point, and the bytes that are left there.
FILLED = {
    "before ingest": ("receive: begins", 0),
    "while a file is copied": ("land events: begins", 64 * KIB),
    "while a file lands": ("land events: after close of warehouse/build/landing.duckdb", 0),
    "while the gate judges": ("gate: begins", 8 * KIB),
    "while rows are accepted": ("accept: begins", 8 * KIB),
    "before the build": ("dbt: begins", 0),
    "while the build grows": ("dbt: begins", 256 * KIB),
    "in the middle of the build": ("dbt: fct_bookings finished", 0),
    "while publishing": ("publish: begins", 1024 * KIB),
    "before publishing": ("publish: begins", 0),
    "before the report": ("report: begins", 0),
}


@cache
def cannot_mount() -> str:
    """Return why no disk can be made here; empty where it can."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = _mount(Path(folder))
        if mounted.returncode:
            return f"mounting a small disk is not allowed here: {mounted.stderr.strip()}"
        _unmount(Path(folder))
    return ""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Have the folder be a disk of its own, with what is in it, for the length of the block."""
    moved = folder.with_name(f"{folder.name}.moved")
    os.rename(folder, moved)
    folder.mkdir()
    _mount(folder).check_returncode()
    try:
        subprocess.run(["cp", "-a", f"{moved}/.", str(folder)], check=True)
        yield
    finally:
        _unmount(folder)


def fill(folder: Path, room: int) -> None:
    """Leave so many bytes free on the folder's disk."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with (folder / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, free - room))


def full(wanted: Reference, folder: Path, when: str) -> Outcome:
    """Fill the disk of the warehouse at a point of the run."""
    point, room = FILLED[when]
    home = wanted.start.copy_to(folder)
    with small_disk(home.warehouse):
        order = Order(
            home, wanted.day, has_tests=wanted.has_tests, at=point, fault=partial(fill, home.warehouse, room)
        )
        return broken.refused(
            wanted,
            order,
            FULL,
            (home.warehouse / "ballast").unlink,
            f"disk full {when}",
            is_published=point.startswith("report"),
        )


def full_of_reports(wanted: Reference, folder: Path) -> Outcome:
    """Fill the disk of the reports while one is written."""
    home = wanted.start.copy_to(folder)
    with small_disk(home.reports):
        order = Order(
            home,
            wanted.day,
            has_tests=wanted.has_tests,
            at="report: begins",
            fault=partial(fill, home.reports, 24 * KIB),
        )
        return broken.refused(
            wanted,
            order,
            FULL,
            (home.reports / "ballast").unlink,
            "disk full while reporting",
            is_published=True,
        )


def read_only(wanted: Reference, folder: Path, what: str) -> Outcome:
    """Take the right to write from the `warehouse` or the `reports`."""
    home = wanted.start.copy_to(folder)
    root = {"warehouse": home.warehouse, "reports": home.reports}[what]
    order = Order(home, wanted.day, has_tests=wanted.has_tests, is_unprivileged=True)
    return broken.refused(
        wanted,
        order,
        FORBIDDEN,
        _without(root, 0o222),
        f"{what} read-only",
        is_published=what == "reports",
    )


def unreadable(wanted: Reference, folder: Path, what: str) -> Outcome:
    """Take the right to read from a `file` of the delivery, or from its `folder`."""
    shared = wanted.start.copy_to(folder)
    data = folder.with_name(f"{folder.name}-data")
    subprocess.run(["cp", "-a", str(shared.data), str(data)], check=True)
    home = Home(shared.folder, data)
    delivery = data / wanted.day.data_date
    path, told = {
        "file": (
            delivery / "mentor_tiers.csv",
            r"mentor_tiers.csv cannot be read: .*; check its permissions",
        ),
        "folder": (delivery, r"(cannot be read|may not be listed).*; (check|change) its perm"),
    }[what]
    order = Order(home, wanted.day, has_tests=wanted.has_tests, is_unprivileged=True)
    return broken.refused(wanted, order, told, _without(path, 0o444), f"{what} of the delivery unreadable")


def _without(root: Path, rights: int) -> Callable[[], None]:
    """Take rights from all that is below; return what gives them back."""
    paths = [path for path in (root, *root.rglob("*")) if not path.is_symlink()]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~rights)

    def give_back() -> None:
        for path, mode in modes.items():
            path.chmod(mode)

    return give_back


def _mount(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
