"""Hashes content while it is read: all of it, all but its end, and each known beginning of it.

The end is where a longer export of the same rows has other bytes: the bracket of an array, the line end of
lines. What is before it is a `Prefix`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

JSON_BLANKS = b" \t\r\n"
LINE_ENDS = b"\r\n"
# More blanks than this are no end of an export.
MAX_END_BYTES = 1 << 16


@dataclass(frozen=True)
class Prefix:
    """All of a content but its end."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class KnownPrefix(Prefix):
    """That of a content which came with a load."""

    load_id: int


class ContentHash:
    """Takes a content in pieces.

    Attributes:
        known: the longest of the known prefixes that the content begins with, or None.
    """

    def __init__(self, known: Iterable[KnownPrefix] = ()) -> None:
        """Begin to hash; `known` are prefixes of other contents."""
        self.known: KnownPrefix | None = None
        self._candidates = sorted(known, key=lambda prefix: prefix.size_bytes, reverse=True)
        self._digest = hashlib.sha256()
        self._size = 0
        # What may be the end.
        self._held = b""

    def update(self, chunk: bytes, *, is_array: bool) -> None:
        """Hash the next piece."""
        content = self._held + chunk
        body = content if len(self._held) > MAX_END_BYTES else _without_end(content, is_array=is_array)
        self._held = content[len(body) :]
        begin = 0
        while self._candidates and self._candidates[-1].size_bytes <= self._size + len(body):
            candidate = self._candidates.pop()
            end = candidate.size_bytes - self._size
            self._digest.update(body[begin:end])
            begin = end
            if self._digest.hexdigest() == candidate.sha256:
                self.known = candidate
        self._digest.update(body[begin:])
        self._size += len(body)

    def finish(self, *, is_array: bool) -> tuple[str, Prefix | None]:
        """Return the hash of the content, and its own prefix: of an array without a bracket there is none."""
        prefix = Prefix(self._size, self._digest.hexdigest())
        self._digest.update(self._held)
        has_end = b"]" in self._held or not is_array
        return self._digest.hexdigest(), prefix if has_end else None


def _without_end(content: bytes, *, is_array: bool) -> bytes:
    if is_array:
        return content.rstrip(JSON_BLANKS).removesuffix(b"]").rstrip(JSON_BLANKS)
    return content.rstrip(LINE_ENDS)
