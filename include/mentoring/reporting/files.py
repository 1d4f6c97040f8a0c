"""Writes the report's files: one folder a run, and `latest` pointing at the newest."""

import os
import shutil
from pathlib import Path

from include.mentoring.reporting.render import render
from include.mentoring.reporting.results import read
from include.mentoring.runs import LATEST, file_name
from include.mentoring.settings import settings


def write(run_id: str) -> Path:
    """Write the four files of SPEC section 5 from the published database.

    Args:
        run_id: of the run; names the folder.

    Returns:
        The run's folder; `latest` points at it from then on.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    texts = render(read(run_id))
    report_dir = settings().report_dir
    folder = report_dir / file_name(run_id)
    following = report_dir / f".{folder.name}.next"
    shutil.rmtree(following, ignore_errors=True)
    following.mkdir(parents=True)
    for name, text in texts.items():
        (following / name).write_text(text, encoding="utf-8", newline="")
    _replace_folder(following, folder)
    _point_latest_at(folder)
    return folder


def _replace_folder(following: Path, folder: Path) -> None:
    """Put `following` in the place of `folder`, which is there when a run is repeated."""
    before = folder.with_name(f".{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        os.replace(folder, before)
    os.replace(following, folder)
    shutil.rmtree(before, ignore_errors=True)


def _point_latest_at(folder: Path) -> None:
    following = folder.with_name(".latest.next")
    following.unlink(missing_ok=True)
    following.symlink_to(folder.name)
    os.replace(following, folder.with_name(LATEST))
