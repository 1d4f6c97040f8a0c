"""A file that is no text is named by its first bytes, with the command that makes it one."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from include.mentoring.sources import USERS
from include.pipeline.ingest.delivery import identify
from tests.support.deliveries import users

CONTENT = users(3).encode()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("users_db_export.csv", CONTENT)
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("users_db_export.csv")
        member.size = len(CONTENT)
        archive.addfile(member, io.BytesIO(CONTENT))
    return packed.getvalue()


KINDS = {
    "zip": (zipped(), "a zip archive or a sheet such as .xlsx", "export the sheet as CSV,"),
    "gzip": (gzip.compress(CONTENT), "gzip-compressed", "give it the name users_db_export.csv.gz"),
    "bzip2": (bz2.compress(CONTENT), "bzip2-compressed", "unpack it with `bunzip2`"),
    "xz": (lzma.compress(CONTENT), "xz-compressed", "unpack it with `unxz`"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "zstd-compressed", "unpack it with `unzstd`"),
    "Parquet": (b"PAR1\x15\x04", "a Parquet file", "export it as text"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office file such as .xls", "export the sheet as CSV"),
    "tar": (tarred(), "a tar archive", "unpack it with `tar -xf`"),
    "tar in gzip": (gzip.compress(tarred()), "a tar archive", "unpack it with `tar -xf`"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_named(kind: str, tmp_path: Path) -> None:
    """Under a plain name, which says nothing of it, and inside of gzip."""
    content, found, advice = KINDS[kind]
    path = tmp_path / USERS.file_name
    path.write_bytes(content)
    fault = identify(USERS, path).fault
    assert fault == (
        f"users_db_export.csv is no text: found {found}."
        f" Expected text, plain or as .gz; {fault.rpartition('; ')[2] if fault else ''}"
    )
    assert fault.endswith(f"{advice} and deliver it again.")
    packed = tmp_path / f"{USERS.file_name}.gz"
    packed.write_bytes(gzip.compress(content))
    fault = identify(USERS, packed).fault or ""
    found = "gzip again" if kind == "gzip" else found
    assert fault.startswith(
        f"users_db_export.csv.gz is no text: found {found}, inside of gzip. Expected text"
    )
