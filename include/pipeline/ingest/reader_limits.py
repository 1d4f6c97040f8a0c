"""Limits for DuckDB's readers of delivered files, and how names of a file are shown."""

import glob
import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

CHUNK_BYTES = 1 << 20
LINE_END = re.compile(rb"[\r\n]")
# No record of these sources is longer; DuckDB needs a limit.
MAX_RECORD_BYTES = 16 * 1024 * 1024
# By default DuckDB's buffer is 16 times the longest line, which may exceed its memory limit. With a smaller
# buffer than this one it silently truncates lines that are too long.
BUFFER_BYTES = 2 * MAX_RECORD_BYTES
MAX_NAMES = 20
MAX_NAME_LENGTH = 60


def pattern(path: Path) -> str:
    """Return a pattern that matches only this path: DuckDB's readers take `*`, `?` and `[` for wildcards."""
    return glob.escape(str(path))


def opened(path: Path) -> BinaryIO:
    """Return the file, open, as its unpacked bytes."""
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def long_line(path: Path) -> int | None:
    """Return the number of the first line that is too long to be a record; None where there is none.

    DuckDB would find it too, but only once it holds all of it in memory.
    """
    number, length = 1, 0
    with opened(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            end = LINE_END.search(chunk)
            length += end.start() if end else len(chunk)
            if length > MAX_RECORD_BYTES:
                return number
            if end:
                number += chunk.count(b"\n") or chunk.count(b"\r")
                length = len(chunk) - max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) - 1
    return None


def listed(names: Sequence[str]) -> list[str]:
    """Return the names as a person can read them; of many, the first ones and a count of the rest."""
    few = [shown(name) for name in names[:MAX_NAMES]]
    return few if len(names) <= MAX_NAMES else [*few, f"{len(names) - MAX_NAMES:,} more"]


def shown(text: str, limit: int = MAX_NAME_LENGTH) -> str:
    """Return at most `limit` characters on one line, without any that a terminal would execute or hide."""
    visible = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:limit])
    return visible if len(text) <= limit else f"{visible}…"
