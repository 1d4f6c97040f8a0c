"""Makes a delivered file one that DuckDB can read, where it cannot read it as it came."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from include.pipeline.core.atomic_files import remove
from include.pipeline.core.source import Source
from include.pipeline.ingest import json_conversion, json_shapes
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.reader_limits import opened

# The flag of a gzip header that DuckDB knows: a file name follows.
FILE_NAME = 0x08
FLAGS_AT = 3
# A gzip member ends with the size of its content, modulo 2 to the power of 32.
SIZE_BYTES = 4


@contextmanager
def readable(source: Source, file: DeliveredFile, landing: Path) -> Iterator[DeliveredFile]:
    """Yield the file, or one with the same content that DuckDB can read, for as long as the context lasts.

    Args:
        source: whose file it is.
        file: as delivered.
        landing: path of the landing that it is for.

    Raises:
        FileRefused: it has no records.
    """
    folder = scratch(landing)
    folder.mkdir(exist_ok=True)
    try:
        if file.path.suffix == ".gz" and not _is_simple(file):
            file = _unpacked(file, folder / "unpacked")
        if source.is_json:
            if file.has_marks:
                file = json_conversion.without_marks(file, folder / "without_marks")
            file = json_shapes.converted(source, file, folder / "converted")
        yield file
    finally:
        remove(folder)


def scratch(landing: Path) -> Path:
    """Return the folder of what a landing has written to read it; a killed run leaves it."""
    return landing.with_name(f"{landing.name}.readable")


def _is_simple(file: DeliveredFile) -> bool:
    """Whether it is one gzip member without extras in its header and without padding.

    DuckDB refuses what Python's reader and `gzip -t` take: a comment, a checksum or a text flag in the
    header, and zeros behind the last member.
    """
    with file.path.open("rb") as packed:
        flags = packed.read(FLAGS_AT + 1)[FLAGS_AT]
        packed.seek(-SIZE_BYTES, 2)
        size = int.from_bytes(packed.read(SIZE_BYTES), "little")
    return flags in (0, FILE_NAME) and size == file.size_bytes % 2**32


def _unpacked(file: DeliveredFile, path: Path) -> DeliveredFile:
    with opened(file.path) as packed, path.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return replace(file, path=path)
