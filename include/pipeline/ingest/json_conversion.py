"""Writes JSON of another shape as an array, or as one object a line, without a change to any record."""

import codecs
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from include.pipeline.core.errors import FileRefused
from include.pipeline.ingest.delivery import CHUNK_BYTES, DeliveredFile
from include.pipeline.ingest.reader_limits import MAX_RECORD_BYTES, opened, shown

BLANK = re.compile(r"\s*")
TWO_RECORDS = re.compile(r"\}\s*\{")
# What may stand behind the array that an object is around.
MAX_TAIL_BYTES = 1 << 16
DECODER = json.JSONDecoder()


def value_at(text: str, at: int) -> tuple[Any, int] | None:
    """Return the JSON value that begins at a place, and where it ends; None where there is none."""
    try:
        return DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None


def skip(text: str, at: int) -> int:
    """Return the first place from `at` on that is no white space."""
    blank = BLANK.match(text, at)
    return blank.end() if blank else at


def without_marks(file: DeliveredFile, scratch: Path) -> DeliveredFile:
    """Return the file without its byte order marks, of which DuckDB skips one."""
    with _content(file) as content, scratch.open("wb") as out:
        shutil.copyfileobj(content, out)
    return replace(file, path=scratch)


def one_a_line(file: DeliveredFile, scratch: Path) -> DeliveredFile:
    """Return the file with each of its records in a line; a rest that is none is the last, without an end.

    Raises:
        FileRefused: a record that is no JSON stands before others.
    """
    is_whole = True
    with scratch.open("w", encoding="utf-8", newline="") as out:
        for number, (record, is_whole) in enumerate(_records(file), start=1):
            if not is_whole and (TWO_RECORDS.search(record) or len(record) > MAX_RECORD_BYTES):
                raise FileRefused(
                    f'{file.name} cannot be parsed to its end: record {number} is no JSON: "{shown(record)}".'
                    " Expected a JSON array, or one object a line; correct the export and deliver it again."
                )
            # A line end inside of a record is white space: a text cannot hold it.
            out.write(record.replace("\r", " ").replace("\n", " ") + "\n" * is_whole)
    return _at(file, scratch, ends_with_newline=is_whole)


def with_brackets(file: DeliveredFile, scratch: Path) -> DeliveredFile:
    """Return the file as an array: its records have commas between them, and maybe behind the last."""
    with _content(file) as content, scratch.open("w+b") as out:
        out.write(b"[")
        shutil.copyfileobj(content, out)
        size = out.tell()
        out.seek(max(0, size - MAX_TAIL_BYTES))
        tail = out.read()
        end = size - len(tail) + len(tail.rstrip().removesuffix(b","))
        out.seek(end)
        out.truncate()
        out.write(b"]")
    return _at(file, scratch)


def without_wrapper(
    file: DeliveredFile, scratch: Path, wrapper: str, depth: int
) -> tuple[DeliveredFile | None, str | None]:
    """Return the file as the array that objects are around, and these objects without it.

    Args:
        file: to convert.
        scratch: where to write the array.
        wrapper: what stands before it.
        depth: how many objects are around it.

    Returns:
        Nothing where the objects do not end.
    """
    with _content(file) as content, scratch.open("wb") as out:
        blank = len(file.head) - len(file.head.lstrip())
        content.read(blank + len(wrapper.encode()))
        shutil.copyfileobj(content, out)
    with scratch.open("r+b") as array:
        size = array.seek(0, 2)
        array.seek(max(0, size - MAX_TAIL_BYTES))
        tail = array.read()
        at = tail.find(b"]")
        while at >= 0:
            rest = '{"":' * depth + "0" + tail[at + 1 :].decode(errors="replace")
            whole = value_at(rest, 0)
            if whole and skip(rest, whole[1]) == len(rest):
                array.truncate(size - len(tail) + at + 1)
                return _at(file, scratch), rest
            at = tail.find(b"]", at + 1)
    return None, None


def _at(file: DeliveredFile, path: Path, *, ends_with_newline: bool = True) -> DeliveredFile:
    with path.open("rb") as content:
        head = content.read(CHUNK_BYTES)
    last_byte = b"]" if head.startswith(b"[") else b"}"
    return replace(
        file,
        path=path,
        head=head,
        last_byte=last_byte,
        ends_with_newline=ends_with_newline,
        is_converted=True,
    )


def _content(file: DeliveredFile) -> BinaryIO:
    """Return the file, open behind its byte order marks."""
    content = opened(file.path)
    start = 0
    while content.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
        start += len(codecs.BOM_UTF8)
    content.seek(start)
    return content


def _records(file: DeliveredFile) -> Iterator[tuple[str, bool]]:
    """Yield each record as text, and whether it is one; what is none is the rest of the file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = ""
    with _content(file) as content:
        while chunk := content.read(CHUNK_BYTES):
            text += decoder.decode(chunk)
            at = skip(text, 0)
            while value := value_at(text, at):
                yield text[at : value[1]], True
                at = skip(text, value[1])
            text = text[at:]
            if len(text) > MAX_RECORD_BYTES:
                break
    if text.strip():
        yield text.strip(), False
