"""Breaks a delivery on purpose, one rule of the contract at a time.

`apply("truncated_events", folder)` changes the files of a delivery in place; `DEFECTS` lists
them. `whole_files` damages files, `records` single rows; `spelling` writes the same content in
other formats; `unknown_people` and `bookings` change who does what; `history` adds a second
delivery, and `implausible` changes what no single row shows.
"""

from pathlib import Path

from include.simulator.defects import (
    bookings,
    history,
    implausible,
    records,
    spelling,
    unknown_people,
    whole_files,
)
from include.simulator.defects.delivery_files import DefectError
from include.simulator.defects.registry import DEFECTS, Defect

__all__ = ["DEFECTS", "Defect", "DefectError", "apply", "find"]

# Importing these modules registers their defects.
MODULES = (whole_files, records, spelling, unknown_people, bookings, history, implausible)


def apply(
    name: str,
    folder: Path | str,
    rows: int | float | None = None,
    source: str | None = None,
    seed: int = 0,
) -> int:
    """Applies the defect `name` to the delivery in `folder`; returns how many rows it changed.

    The delivery lies flat in `folder`; where there are subfolders named for dates, the latest is
    changed. `rows` is a count, or a fraction (a float up to 1.0) of the rows of the file; without
    it the defect has its own default. `source` is `users`, `mentors` or `events` for a defect that
    can hit more than one file. The same seed makes the same change.

    Raises DefectError when the defect is unknown, does not apply, or the files cannot be read.
    """
    return find(name).apply(Path(folder), rows, source, seed)


def find(name: str) -> Defect:
    """Returns the defect of this name; raises DefectError when there is none."""
    if name not in DEFECTS:
        raise DefectError(
            f"there is no defect {name!r}: expected one of {', '.join(DEFECTS)}; "
            "`python -m include.simulator defects` says what each does"
        )
    return DEFECTS[name]
