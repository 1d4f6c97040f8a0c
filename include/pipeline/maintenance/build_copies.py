"""Copies of the build for dbt to work in, so that the build stays as the last run left it.

Each lies in `build/<target>/`, where the target of this name in dbt's profile finds it. That of target `dev`
stays until it is made again; that of target `audit` is removed when the audit ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from include.pipeline.core import warehouse
from include.pipeline.core.atomic_files import copy_file, remove
from include.pipeline.core.errors import SettingInvalid, WarehouseInvalid
from include.pipeline.core.lock import WarehouseBusy
from include.pipeline.core.settings import settings
from include.pipeline.engines.chosen import engine

DEV = "dev"
AUDIT = "audit"


def folder(target: str) -> Path:
    """Return the folder of the copy for this target of dbt's profile."""
    return settings().build_dir / target


def path(target: str) -> Path:
    """Return the database of the copy for this target of dbt's profile."""
    return folder(target) / settings().build_path.name


def make(target: str) -> None:
    """Copy the current build, in place of an earlier copy; the caller holds the warehouse lock.

    Args:
        target: of dbt's profile.

    Raises:
        SettingInvalid: a build of the engine cannot be copied.
        WarehouseInvalid: there is no build.
    """
    build = settings().build_path
    if not engine().is_one_file:
        raise SettingInvalid(
            f"MENTOR_ENGINE is {engine().dbt_target}, whose build is a folder of the lake and a database of"
            f" views. Expected a build in one file, of which dbt can have a copy (target {target}); set"
            " MENTOR_ENGINE=duckdb, or look at the build itself."
        )
    if not build.exists():
        raise WarehouseInvalid(f"{build} is missing. Expected a build to copy; run `make run`.")
    # The file is copied without its log.
    warehouse.checkpoint(build)
    staged = settings().build_dir / f".{target}.next"
    remove(staged)
    staged.mkdir()
    copy_file(build, staged / build.name)
    remove(folder(target))
    os.replace(staged, folder(target))


@contextmanager
def of_audit() -> Iterator[None]:
    """Keep the audit's copy for the length of the block, and remove it at its end.

    Raises:
        WarehouseBusy: another audit is at work.
    """
    lock = _audit_lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WarehouseBusy(
            f"Another audit is at work in {folder(AUDIT)}. Expected one at a time; run again when it has"
            " ended."
        ) from None
    try:
        yield
    finally:
        remove(folder(AUDIT))
        lock.release()


def sweep() -> None:
    """Remove the copy of a killed audit; that of one at work stays."""
    if folder(AUDIT).exists():
        with suppress(Timeout), _audit_lock().acquire(timeout=0):
            remove(folder(AUDIT))


def _audit_lock() -> FileLock:
    """The lock of the audit's copy: an audit works there long after it has left the warehouse."""
    settings().build_dir.mkdir(parents=True, exist_ok=True)
    return FileLock(settings().build_dir / "audit.lock", thread_local=False)
