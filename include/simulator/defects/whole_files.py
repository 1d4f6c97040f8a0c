"""Files damaged as a whole, or unusual ones that must load like any other."""

import re
from collections.abc import Callable

from include.simulator.defects.delivery_files import csv_bytes, event_bytes, is_array, parse_csv, parse_events
from include.simulator.defects.registry import whole_file


@whole_file("events")
def truncated_events(content: bytes) -> bytes:
    """The events end in the middle of a record: not parsed to its end, the file is refused."""
    cut = content.rindex(b'"timestamp"', 0, max(len(content) * 9 // 10, len(content) // 2 + 1))
    return content[: cut + len(b'"time')]


@whole_file("users")
def truncated_users(content: bytes) -> bytes:
    """The users end in the middle of the last row: the file is refused."""
    return content[: content.rindex(b",")]


@whole_file("mentors")
def truncated_mentors(content: bytes) -> bytes:
    """The mentors end in the middle of the last row: the file is refused."""
    return content[: content.rindex(b",")]


@whole_file("events")
def missing_file(content: bytes) -> None:
    """The file is not there: a missing file is refused."""
    return None


@whole_file("events")
def empty_file(content: bytes) -> bytes:
    """The file has no bytes: an empty file is refused."""
    return b""


@whole_file("users")
def header_only(content: bytes) -> bytes:
    """The file has a header but no row, or an empty array: an empty file is refused."""
    if is_json(content):
        return b"[]\n"
    return content[: content.index(b"\n") + 1]


@whole_file("users")
def not_utf8(content: bytes) -> bytes:
    """One value is Latin-1, not UTF-8: an unreadable file is refused."""
    place = inside_last_value(content)
    return content[:place] + "é".encode("latin-1") + content[place:]


@whole_file("users")
def nul_byte(content: bytes) -> bytes:
    """One value has a NUL byte in it: the row is malformed, in a JSON array the file."""
    place = inside_last_value(content)
    return content[:place] + b"\x00" + content[place:]


@whole_file("users")
def missing_column(content: bytes) -> bytes:
    """A required column is absent (status, tier, timestamp): the file is refused."""
    required = {"status", "tier", "timestamp"}
    return for_every_row(content, lambda row: {name: row[name] for name in row if name not in required})


@whole_file("users")
def extra_columns(content: bytes) -> bytes:
    """Every row has one more column: unknown columns are ignored and reported."""
    return for_every_row(content, lambda row: {"source_system": "legacy"} | row | {"note": ""})


@whole_file("users")
def column_order(content: bytes) -> bytes:
    """The columns come the other way round: columns are found by name, not by place."""
    return for_every_row(content, lambda row: dict(reversed(row.items())))


@whole_file("users")
def bom(content: bytes) -> bytes:
    """The file begins with a byte order mark: it loads like any other."""
    return b"\xef\xbb\xbf" + content


@whole_file("users")
def crlf(content: bytes) -> bytes:
    """Lines end as on Windows: it loads like any other."""
    return content.replace(b"\n", b"\r\n")


@whole_file("users")
def blank_lines(content: bytes) -> bytes:
    """After every line comes a blank one: it loads like any other, a blank line is no row."""
    return content.replace(b"\n", b"\n\n")


@whole_file("events")
def one_object_a_line(content: bytes) -> bytes:
    """The events are one object a line instead of an array: both formats are accepted."""
    return event_bytes(parse_events(content), array=False)


def is_json(content: bytes) -> bool:
    """Returns whether the content is events rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")


def inside_last_value(content: bytes) -> int:
    """Returns a position inside the last mentor id of the events, or the last value of a table."""
    if is_json(content):
        return [match.end() for match in re.finditer(rb'"mentor_id"\s*:\s*"', content)][-1]
    return len(content.rstrip(b"\r\n"))


def for_every_row(content: bytes, change: Callable[[dict], dict]) -> bytes:
    """Returns the content with every row changed."""
    if is_json(content):
        return event_bytes([change(row) for row in parse_events(content)], is_array(content))
    rows: list[dict[str, str]] = [change(row) for row in parse_csv(content)]
    longest: dict[str, str] = max(rows, key=len)
    return csv_bytes(rows, list(longest))
