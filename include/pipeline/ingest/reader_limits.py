"""Limits for DuckDB's readers of delivered files, and how names of a file are shown."""

import glob
import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

CHUNK_BYTES = 1 << 20
LINE_END = re.compile(rb"[\r\n]")
# A longer record is none of these sources'; DuckDB needs some bound.
MAX_RECORD_BYTES = 16 * 1024 * 1024
# DuckDB takes 16 times the longest line for one buffer, which may be more than it is allowed in all. In
# a smaller buffer than this one it cuts lines that are too long, without a word.
BUFFER_BYTES = 2 * MAX_RECORD_BYTES
MAX_NAMES = 20
MAX_NAME_LENGTH = 60


def pattern(path: Path) -> str:
    """Return the pattern that only this path fits: DuckDB's readers take `*`, `?` and `[` for wildcards."""
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
    """Return the names as a person can read them; of very many the first, and how many there are more."""
    few = [shown(name) for name in names[:MAX_NAMES]]
    return few if len(names) <= MAX_NAMES else [*few, f"{len(names) - MAX_NAMES:,} more"]


def shown(text: str) -> str:
    """Return the text without signs that a screen would obey or hide, and not longer than a line."""
    visible = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:MAX_NAME_LENGTH])
    return visible if len(text) <= MAX_NAME_LENGTH else f"{visible}…"
