"""Tells which shape JSON has that is neither an array nor one object a line, from its beginning.

What can mean one thing only is converted (json_conversion.py); of what cannot, the refusal says what it is.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.source import Source
from include.pipeline.ingest import json_conversion
from include.pipeline.ingest.blanks import BLANKS
from include.pipeline.ingest.delivery import DeliveredFile
from include.pipeline.ingest.json_conversion import skip, value_at
from include.pipeline.ingest.reader_limits import listed, shown

LINE_END = re.compile(r"[\r\n]+")
# How many objects may be around the array of the records.
MAX_DEPTH = 3
# Keys of what a server answers instead of a delivery.
ERROR_KEYS = {"error", "errors", "fault", "exception", "message", "detail"}
# Keys by which a server says that its answer goes on, without underscores and in small letters.
PAGE_KEYS = {"next", "nextpage", "nexturl", "nextlink", "nextcursor", "nextpagetoken", "hasmore", "hasnext"}
MAX_SHOWN = 160
EXPECTED = "Expected a JSON array of the records, or one object a line"


def converted(source: Source, file: DeliveredFile, scratch: Path) -> DeliveredFile:
    """Return the file, or one at `scratch` that has its records as an array or as lines.

    Raises:
        FileRefused: it has no records; the message says what it has.
    """
    text = file.head.decode(errors="ignore").lstrip()
    if not text.startswith("{"):
        if not text.startswith("["):
            _require_json(file, text)
        return file
    line = LINE_END.split(text, maxsplit=1)[0]
    first = value_at(text, 0)
    if first is None:
        # A broken first line, or an object that is longer than the beginning of the file.
        return _unwrapped(source, file, text, scratch) or file
    record, end = first
    is_line = not line[end:].strip() and end <= len(line)
    following = text[skip(text, end) :][:1]
    if following == "," and not is_line:
        return json_conversion.with_brackets(file, scratch)
    if following == "{" and not is_line:
        return json_conversion.one_a_line(file, scratch)
    if following:
        return file
    if _is_record(source, record):
        return file if is_line else json_conversion.one_a_line(file, scratch)
    unwrapped = _unwrapped(source, file, text, scratch)
    if unwrapped:
        return unwrapped
    raise _without_records(file, record, text)


def keys(source: Source, file: DeliveredFile) -> dict[str, str]:
    """Return the key that each column has in the records; it may be in capitals, or have blanks around it."""
    text = file.head.decode(errors="ignore").lstrip()
    first = value_at(text, skip(text, 1) if file.is_json_array else 0)
    record = first[0] if first and isinstance(first[0], dict) else {}
    alike = {column: [key for key in record if _plain(key) == column] for column in source.columns}
    return {
        column: alike[column][0] if column not in record and len(alike[column]) == 1 else column
        for column in source.columns
    }


def _unwrapped(source: Source, file: DeliveredFile, text: str, scratch: Path) -> DeliveredFile | None:
    """Return the file without the objects around the array of its records; None where it has none."""
    found = _array(source, text, 0, ())
    if found is None:
        return None
    start, path = found
    unwrapped, rest = json_conversion.without_wrapper(file, scratch, text[:start], len(path))
    if page := _next_page(text, 0) or _next_page(rest or "", 0):
        raise FileRefused(
            f"{file.name} is one page of an answer: found {page} next to its records. Expected all records;"
            " export the pages that follow too, and deliver them as one array."
        )
    if rest and _array(source, rest, 0, ()):
        raise FileRefused(
            f"{file.name} is one object with several arrays of records: found .{'.'.join(path)} and others."
            f" {EXPECTED}; deliver them as one, such as with {_jq(path, file)}."
        )
    return unwrapped


def _next_page(text: str, at: int) -> str | None:
    """Return the key and the value by which an object, or one in it, says that a page follows."""
    for key, start in _members(text, at):
        value = value_at(text, start)
        if value and value[0] and _plain(key).replace("_", "") in PAGE_KEYS:
            return f"{key} {shown(json.dumps(value[0]), MAX_SHOWN)}"
        if text[start : start + 1] == "{" and (found := _next_page(text, start)):
            return found
    return None


def _array(source: Source, text: str, at: int, path: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | None:
    """Return where the first array of records begins in an object, and the keys that lead to it."""
    for key, start in _members(text, at):
        to_value = (*path, key)
        if text[start : start + 1] == "[":
            item = value_at(text, skip(text, start + 1))
            if item and _is_record(source, item[0]):
                return start, to_value
        elif text[start : start + 1] == "{" and len(to_value) < MAX_DEPTH:
            found = _array(source, text, start, to_value)
            if found:
                return found
    return None


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield each key of an object, with the place of its value, as far as the text goes."""
    at = skip(text, at + 1)
    while text[at : at + 1] == '"' and (key := value_at(text, at)):
        at = skip(text, key[1])
        if text[at : at + 1] != ":":
            return
        start = skip(text, at + 1)
        yield key[0], start
        value = value_at(text, start)
        if value is None:
            return
        at = skip(text, value[1])
        if text[at : at + 1] != ",":
            return
        at = skip(text, at + 1)


def _is_record(source: Source, value: Any) -> bool:
    """Whether it is an object with the key of the source, or with most of its columns."""
    if not isinstance(value, dict):
        return False
    names = {_plain(name) for name in value}
    return source.key in names or 2 * len(names.intersection(source.columns)) > len(source.columns)


def _plain(key: str) -> str:
    return key.strip(BLANKS).lower()


def _require_json(file: DeliveredFile, text: str) -> None:
    """Refuse what does not begin as JSON, unless only its first line is odd."""
    lines = [line.strip() for line in LINE_END.split(text, maxsplit=5) if line.strip()]
    if not lines or value_at(lines[0], 0) or (lines[1:2] and lines[1].startswith("{")):
        return
    advice = "deliver the export itself"
    if lines[1:2] and lines[1].startswith("["):
        advice = f"remove what is above the array (`sed 1d {file.name}`) and deliver it again"
    raise FileRefused(
        f'{file.name} is no JSON: it begins with "{shown(lines[0], MAX_SHOWN)}". {EXPECTED}; {advice}.'
    )


def _without_records(file: DeliveredFile, value: dict[str, Any], text: str) -> FileRefused:
    found = f"found {shown(' '.join(text.split()), MAX_SHOWN)}"
    if ERROR_KEYS.intersection(map(_plain, value)):
        return FileRefused(
            f"{file.name} is no delivery but an error message: {found}. {EXPECTED}; export it again."
        )
    arrays = [key for key, member in value.items() if isinstance(member, list)]
    advice = f"write {_jq((arrays[0],), file)} into a file" if arrays else "export the records"
    return FileRefused(
        f"{file.name} is one object without records, with the keys {', '.join(listed(list(value)))}: {found}."
        f" {EXPECTED}; {advice} and deliver that."
    )


def _jq(path: tuple[str, ...], file: DeliveredFile) -> str:
    return f"`jq -c '{''.join(f'.{json.dumps(key)}' for key in path)}[]' {file.name}`"
