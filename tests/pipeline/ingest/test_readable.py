"""A file that DuckDB cannot read as it came is read all the same, and leaves nothing behind."""

import gzip
import struct
import zlib
from collections.abc import Callable

import pytest

from include.pipeline.core.settings import settings
from tests.support.deliveries import Bench, array, events, lines, users

COMMENT, HEADER_CRC, EXTRA, NAME, TEXT = 0x10, 0x02, 0x04, 0x08, 0x01


def packed(content: bytes, flags: int = 0, extras: bytes = b"") -> bytes:
    """Return one gzip member with these flags, and what they say follows the header."""
    header = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)
    if flags == HEADER_CRC:
        extras = struct.pack("<H", zlib.crc32(header) & 0xFFFF)
    body = zlib.compressobj(wbits=-15)
    end = struct.pack("<II", zlib.crc32(content), len(content))
    return header + extras + body.compress(content) + body.flush() + end


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "one member": gzip.compress,
    "a name": lambda content: packed(content, NAME, b"users.csv\x00"),
    "a comment": lambda content: packed(content, COMMENT, b"of May\x00"),
    "a checksum of the header": lambda content: packed(content, HEADER_CRC),
    "an extra field": lambda content: packed(content, EXTRA, b"\x02\x00ab"),
    "the flag of a text": lambda content: packed(content, TEXT),
    "zeros behind": lambda content: gzip.compress(content) + bytes(512),
    "members": lambda content: gzip.compress(content[:40]) + gzip.compress(content[40:]),
    "an empty member": lambda content: gzip.compress(content) + gzip.compress(b""),
}


@pytest.mark.parametrize("form", FORMS)
def test_gzip_is_read_in_every_form(form: str, bench: Bench) -> None:
    """What `gzip -t` takes is a delivery, a table as well as JSON."""
    pack = FORMS[form]
    assert bench.land("users", pack(users(30).encode()), "users_db_export.csv.gz").rows_loaded == 30
    for write in (array, lines):
        content = write(events(30)).encode()
        assert bench.land("events", pack(content), "booking_events.json.gz").rows_loaded == 30
    assert [*settings().landing_path.parent.glob("landing.duckdb.*")] == []
