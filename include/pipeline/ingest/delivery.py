"""Finds the files of one delivery and identifies their content."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared
from include.pipeline.core.source import Source
from include.pipeline.ingest import file_kinds
from include.pipeline.ingest.content_hash import ContentHash, KnownPrefix, Prefix

DATE_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
# A folder that a date names in another way: 20310801, 2031-8-1, date=2031-08-01.
LIKE_A_DATE = re.compile(r"(?:.*=)?(\d{4})([-_.]?)(\d{1,2})\2(\d{1,2})")
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class DeliveredFile:
    """A delivered file and what its bytes say of it; sizes and hash are of the unpacked content.

    Attributes:
        source: name of the source.
        name: as delivered.
        path: where it can be read; for `is_converted`, not as it came.
        sha256: of the content, so that a file and its `.gz` are the same delivery.
        size_bytes: of the content.
        head: the first bytes, without a byte order mark.
        has_marks: whether it begins with more than one byte order mark.
        quotes: how many double quotes it has; like commas, counted in CSV files only.
        commas: how many commas it has.
        has_carriage_returns: whether lines may end in anything but LF.
        ends_with_newline: whether its last line is complete.
        last_byte: the last one that is no white space.
        is_plain: whether its values can hold no blank but the space: it is ASCII without tabs or escapes.
        fault: why it must be refused whatever its rows say, or None.
        prefix: the content without its end, or None where the end is not known.
        known_prefix: the longest one of an accepted content that this content begins with, or None.
        is_converted: whether `path` has the records in another form, so that lines have other numbers.
    """

    source: str
    name: str
    path: Path
    sha256: str
    size_bytes: int
    head: bytes
    has_marks: bool
    quotes: int
    commas: int
    has_carriage_returns: bool
    ends_with_newline: bool
    last_byte: bytes
    is_plain: bool
    fault: str | None
    prefix: Prefix | None
    known_prefix: KnownPrefix | None
    is_converted: bool = False

    @property
    def is_json_array(self) -> bool:
        """True where the content is one JSON array; other JSON has one record a line."""
        return _begins_as_array(self.head)


def delivery_dir(data_dir: Path, data_date: date) -> Path:
    """Return the folder that holds the delivery of `data_date`: `data_dir`, or its subfolder of that date.

    Args:
        data_dir: the landing folder.
        data_date: the run's data date, UTC.

    Raises:
        FileRefused: the folder is absent, or is split by dates and lacks this one.
    """
    if not data_dir.is_dir():
        raise FileRefused(
            f"{data_dir} is not a folder. Expected the landing folder with a delivery;"
            " set MENTOR_DATA_DIR to it."
        )
    dated = _dated(data_dir)
    if not dated:
        return data_dir
    if data_date.isoformat() not in dated:
        raise FileRefused(
            f"{data_dir} has no delivery for {data_date.isoformat()}: found {_some(dated)}."
            f" Expected a subfolder {data_date.isoformat()}/; {_renaming(data_dir)}deliver it, or run for a"
            " date that is there."
        )
    return data_dir / data_date.isoformat()


def find(source: Source, folder: Path) -> Path:
    """Return the path of the source's file in `folder`, plain or `.gz`.

    Raises:
        FileRefused: there is no such file, or both forms are there.
    """
    present = _forms(source, folder)
    if len(present) == 1:
        return present[0]
    name = source.file_name
    if present:
        raise FileRefused(
            f"{folder}: found both {name} and {name}.gz. Expected one of them;"
            " remove the one that is not the delivery."
        )
    others = sorted(f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir())
    raise FileRefused(
        f"{name} is missing from {folder}: found {_some(others)}."
        f" Expected {name} or {name}.gz; {_renaming(folder)}deliver the file and run again."
    )


def identify(source: Source, path: Path, known: Iterable[KnownPrefix] = ()) -> DeliveredFile:
    """Read the file once and return its identity, with its fault if it is empty, truncated or not UTF-8.

    Args:
        source: whose file it is.
        path: of the file.
        known: prefixes of accepted contents, to tell whether this content begins with one.
    """
    content_hash = ContentHash(known)
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = quotes = commas = 0
    has_carriage_returns = has_marks = False
    is_plain, is_array = True, False
    head, tail, last_byte = b"", b"", b""
    fault = None
    try:
        for chunk in _chunks(path):
            if not size:
                fault = file_kinds.fault(path.name, chunk, is_packed=path.suffix == ".gz")
                has_marks = chunk.startswith(2 * codecs.BOM_UTF8)
            fault = fault or _not_utf8(decoder, chunk, path, size)
            if not head:
                head = _without_marks(chunk)
                is_array = source.is_json and _begins_as_array(head)
            content_hash.update(chunk, is_array=is_array)
            is_plain = is_plain and chunk.isascii() and b"\t" not in chunk and b"\\" not in chunk
            if not source.is_json:
                quotes += chunk.count(b'"')
                commas += chunk.count(b",")
                has_carriage_returns = has_carriage_returns or b"\r" in chunk
            tail = chunk[-1:]
            last_byte = chunk.rstrip()[-1:] or last_byte
            size += len(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        fault = (
            f"{path.name} cannot be unpacked to its end: {error}."
            " Expected a complete gzip file; deliver it again."
        )
    if not head.strip():
        fault = fault or (
            f"{path.name} is empty: found {size} bytes."
            f" Expected {source.file_name} with at least one row; deliver it again."
        )
    sha256, prefix = content_hash.finish(is_array=is_array)
    return DeliveredFile(
        source=source.name,
        name=path.name,
        path=path,
        sha256=sha256,
        size_bytes=size,
        head=head,
        has_marks=has_marks,
        quotes=quotes,
        commas=commas,
        has_carriage_returns=has_carriage_returns,
        ends_with_newline=tail in (b"\n", b"\r"),
        last_byte=last_byte,
        is_plain=is_plain and not quotes,
        fault=fault or _not_utf8(decoder, b"", path, size),
        prefix=prefix,
        known_prefix=content_hash.known,
    )


def locate(data_dir: Path, data_date: date) -> dict[str, Path]:
    """Return the path of every source's file in the delivery of `data_date`.

    Raises:
        FileRefused: a file, or the whole delivery, is absent.
    """
    try:
        folder = delivery_dir(data_dir, data_date)
        paths = {source.name: find(source, folder) for source in declared().sources}
        for path in paths.values():
            _refuse_outside(path, data_dir)
        return paths
    except PermissionError as error:
        raise FileRefused(
            f"{error.filename} may not be listed. Expected a folder that this user may read;"
            " change its permissions."
        ) from error


def missing(data_dir: Path, data_date: date) -> tuple[Path, list[str]]:
    """Return the folder for the delivery of `data_date`, and the names of its missing files.

    Raises:
        OSError: the folder cannot be read.
    """
    is_dated = data_dir.is_dir() and _dated(data_dir)
    folder = data_dir / data_date.isoformat() if is_dated else data_dir
    return folder, [source.file_name for source in declared().sources if not _forms(source, folder)]


def _refuse_outside(path: Path, data_dir: Path) -> None:
    """Refuse a link in the landing folder to a file outside of it, which was never delivered."""
    target = path.resolve()
    if not target.is_relative_to(data_dir.resolve()):
        raise FileRefused(
            f"{path} is a symbolic link out of the landing folder: found {target}."
            f" Expected a file inside {data_dir}; deliver the file itself."
        )


def _without_marks(text: bytes) -> bytes:
    """The text without byte order marks: a tool that adds one may meet a file that has one."""
    while text.startswith(codecs.BOM_UTF8):
        text = text.removeprefix(codecs.BOM_UTF8)
    return text


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw:
        packed = path.suffix == ".gz"
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _not_utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, offset: int) -> str | None:
    # Nearly every chunk is ASCII, which needs no decoding unless the one before left half a character.
    if chunk.isascii() and chunk and not decoder.getstate()[0]:
        return None
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        return (
            f"{path.name} is not UTF-8: found byte 0x{error.object[error.start]:02x} near offset"
            f" {offset + error.start}. Expected UTF-8 text; export it as UTF-8 and deliver it again."
        )
    return None


def _begins_as_array(head: bytes) -> bool:
    """Whether a content that begins so is one array.

    A line that is an array itself is a record too, a malformed one, and may be the first.
    """
    line, _, more = head.lstrip().partition(b"\n")
    return line[:1] == b"[" and not (more.strip() and _is_json(line))


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _forms(source: Source, folder: Path) -> list[Path]:
    """The source's file as it lies in the folder: plain, packed, both or neither."""
    both = (folder / source.file_name, folder / f"{source.file_name}.gz")
    return [path for path in both if path.is_file()]


def _dated(data_dir: Path) -> list[str]:
    return sorted(entry.name for entry in data_dir.iterdir() if _is_date_folder(entry))


def _renaming(data_dir: Path) -> str:
    """What to do about misnamed folders; empty without any."""
    renamings = [
        f"{name}/ to {int(found[1]):04}-{int(found[3]):02}-{int(found[4]):02}/"
        for name in sorted(entry.name for entry in data_dir.iterdir() if entry.is_dir())
        if not DATE_FOLDER.fullmatch(name) and (found := LIKE_A_DATE.fullmatch(name))
    ]
    return f"rename the folder {_some(renamings)}, or " if renamings else ""


def _is_date_folder(entry: Path) -> bool:
    if not (entry.is_dir() and DATE_FOLDER.fullmatch(entry.name)):
        return False
    try:
        date.fromisoformat(entry.name)
    except ValueError:
        return False
    return True


def _some(names: list[str], limit: int = 8) -> str:
    if not names:
        return "nothing"
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[-limit:]) + more
