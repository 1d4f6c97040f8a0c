"""Keeps delivered files as they came, named by their content, and a copy of the ledger next to them.

Folder `deliveries/<origin>/` of the warehouse, enough to rebuild `raw` without any database:

- `<source>-<sha256>.csv`, `.json`, or either with `.gz`: one file per content; the hash is of the
  unpacked content. Kept for MENTOR_KEEP_DELIVERIES_DAYS after it was accepted last;
- `ledger.json`: the rows of `raw.loads`;
- `incoming/`: the delivery that is being landed. What lands is this copy, so a file that is changed in
  the landing folder meanwhile cannot make what is hashed differ from what is loaded.
"""

import errno
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from include.pipeline.core import origin
from include.pipeline.core.atomic_files import copy_file, put_in_place, remove, write_atomically
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import settings
from include.pipeline.core.source import Source
from include.pipeline.ingest.raw_tables import ACCEPTED, WITHDRAWN, Load

# Errors of the disk that the copy goes to, not of the delivered file.
WAREHOUSE_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def take_in(path: Path) -> Path:
    """Copy a delivered file into the archive and return the copy, which has the file's name.

    Raises:
        FileRefused: the file cannot be read.
    """
    copy = _folder() / "incoming" / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_file(path, copy)
    except OSError as error:
        if error.errno in WAREHOUSE_ERRNOS:
            raise
        raise FileRefused(
            f"{path.name} cannot be read: {error.strerror or error}."
            " Expected a readable file; check its permissions."
        ) from error
    return copy


def keep(source: Source, copy: Path, sha256: str) -> None:
    """Keep the copy of a file that landed under the name of its content."""
    if find(source.name, sha256):
        remove(copy)
    else:
        put_in_place(copy, _folder() / f"{source.name}-{sha256}{''.join(copy.suffixes)}")


def find(source: str, sha256: str) -> Path | None:
    """Return the kept file of this content, or None if it is not kept."""
    return next(iter(_folder().glob(f"{source}-{sha256}.*")), None)


def write_ledger(loads: list[Load]) -> None:
    """Put a copy of the ledger next to the kept files."""
    write_atomically(_ledger(), json.dumps(loads, indent=1, default=_iso))


def read_ledger() -> list[Load] | None:
    """Return the rows of the ledger's copy; None if there is none, or it cannot be read."""
    try:
        loads = json.loads(_ledger().read_text(encoding="utf-8"))
        return [
            {
                **load,
                "data_date": date.fromisoformat(load["data_date"]),
                "redelivered_on": [date.fromisoformat(day) for day in load["redelivered_on"]],
                "loaded_at": datetime.fromisoformat(load["loaded_at"]),
            }
            for load in loads
        ]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def sweep(loads: Iterable[Load]) -> None:
    """Remove the files that no load needs, or that are past their time, and what a killed run left.

    Args:
        loads: of the ledger.
    """
    first_kept = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=settings().keep_deliveries_days)
    needed = {
        f"{load['source']}-{load['sha256']}"
        for load in loads
        if load["status"] in (ACCEPTED, WITHDRAWN) and load["loaded_at"] >= first_kept
    }
    for path in _folder().glob("*-*"):
        if path.name.partition(".")[0] not in needed:
            remove(path)
    remove(_folder() / "incoming")


def _folder() -> Path:
    current = settings()
    return current.deliveries_dir / origin.of_build(current)


def _ledger() -> Path:
    return _folder() / "ledger.json"


def _iso(value: date) -> str:
    return value.isoformat()
