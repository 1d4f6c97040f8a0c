"""Kinds of files that are no text, told by their first bytes."""

import zlib

GZIP = b"\x1f\x8b"
GZIP_WINDOW_BITS = 31
# Where a tar archive says so.
TAR, TAR_AT = b"ustar", 257
# First bytes, what has them, and what to do.
KINDS = (
    (b"PK\x03\x04", "a zip archive or a sheet such as .xlsx", "unpack it, or export the sheet as CSV,"),
    (GZIP, "gzip-compressed", "give it the name {name}.gz"),
    (b"BZh", "bzip2-compressed", "unpack it with `bunzip2`"),
    (b"\xfd7zXZ\x00", "xz-compressed", "unpack it with `unxz`"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "unpack it with `unzstd`"),
    (b"PAR1", "a Parquet file", "export it as text"),
    (b"\xd0\xcf\x11\xe0", "an office file such as .xls", "export the sheet as CSV"),
    (b"%PDF", "a PDF", "export the table as text"),
    (b"SQLite format 3", "an SQLite database", "export the table as text"),
)


def fault(name: str, head: bytes, *, is_packed: bool) -> str | None:
    """Return why a file is no text, and what to do; None where its first bytes say nothing of the kind.

    Args:
        name: of the file.
        head: its first bytes, unpacked.
        is_packed: whether they were unpacked.
    """
    what, advice = _kind(head, is_packed=is_packed)
    if not what:
        return None
    return (
        f"{name} is no text: found {what}{', inside of gzip' if is_packed else ''}."
        f" Expected text, plain or as .gz; {advice.format(name=name)} and deliver it again."
    )


def _kind(head: bytes, *, is_packed: bool) -> tuple[str, str]:
    if _is_tar(head) or (head.startswith(GZIP) and _is_tar(_unpacked(head))):
        return "a tar archive", "unpack it with `tar -xf`"
    if head.startswith(GZIP) and is_packed:
        return "gzip again", "unpack it once with `gunzip`"
    return next(((what, advice) for first, what, advice in KINDS if head.startswith(first)), ("", ""))


def _is_tar(head: bytes) -> bool:
    return head[TAR_AT : TAR_AT + len(TAR)] == TAR


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(GZIP_WINDOW_BITS).decompress(head, TAR_AT + len(TAR))
    except zlib.error:
        return b""
