"""Seeded choices that are the same on every Python version, unlike those of `random`."""

from hashlib import sha256


def number(*key: object) -> int:
    """Returns a whole number from 0 to 2**64 - 1 that depends on nothing but `key`."""
    text = "|".join(str(part) for part in key)
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def pick(count: int, *key: object) -> int:
    """Returns a whole number from 0 to `count` - 1 that depends on nothing but `key`."""
    return number(*key) % count


def hex_id(*key: object) -> str:
    """Returns eight hexadecimal digits that depend on nothing but `key`."""
    return f"{number(*key) >> 32:08x}"
