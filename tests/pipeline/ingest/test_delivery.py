"""A delivery is found by its date and its names, and a file is known by its content."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

import pytest

from include.mentoring.sources import EVENTS, USERS
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared
from include.pipeline.ingest.delivery import CHUNK_BYTES, delivery_dir, find, identify, locate, missing
from tests.support.deliveries import users

MAY_1 = date(2031, 5, 1)


def test_a_flat_delivery_lies_in_the_landing_folder(tmp_path: Path) -> None:
    """Folders that no date names are no deliveries."""
    for name in ("archive", "2031-5-1", "2031-02-30", "2031-05-01-old", "20310501"):
        (tmp_path / name).mkdir()
    (tmp_path / "2031-05-01").touch()
    assert delivery_dir(tmp_path, MAY_1) == tmp_path


def test_a_dated_delivery_lies_in_the_folder_of_its_date(tmp_path: Path) -> None:
    """Where there are dated folders, the run's date decides, and nothing else is taken instead."""
    for name in ("2031-05-01", "2031-05-02", "archive"):
        (tmp_path / name).mkdir()
    assert delivery_dir(tmp_path, MAY_1) == tmp_path / "2031-05-01"
    with pytest.raises(FileRefused) as refusal:
        delivery_dir(tmp_path, date(2031, 5, 3))
    assert str(refusal.value) == (
        f"{tmp_path} has no delivery for 2031-05-03: found 2031-05-01, 2031-05-02. Expected a subfolder"
        " 2031-05-03/; deliver it, or run for a date that is there."
    )


def test_the_landing_folder_must_be_there(tmp_path: Path) -> None:
    """The message names the folder and the setting."""
    with pytest.raises(FileRefused, match=r"nowhere is not a folder\. Expected .*set MENTOR_DATA_DIR"):
        delivery_dir(tmp_path / "nowhere", MAY_1)


@pytest.mark.parametrize("name", ["20310501", "2031-5-1", "date=2031-05-01", "2031_05_01", "day=20310501"])
def test_a_folder_of_a_date_that_is_misnamed_is_named(name: str, tmp_path: Path) -> None:
    """It is not read, for two of them may be of one date; the message says what it must be called."""
    (tmp_path / name).mkdir()
    with pytest.raises(FileRefused) as refusal:
        locate(tmp_path, MAY_1)
    assert f": found {name}/. Expected" in str(refusal.value)
    assert str(refusal.value).endswith(
        f"; rename the folder {name}/ to 2031-05-01/, or deliver the file and run again."
    )
    (tmp_path / "2031-05-02").mkdir()
    with pytest.raises(FileRefused, match=f"; rename the folder {name}/ to 2031-05-01/, or deliver it"):
        locate(tmp_path, MAY_1)
    for other in ("archive", "2031-05-01-old", "v=1"):
        (tmp_path / other).mkdir()
    (tmp_path / name).rmdir()
    with pytest.raises(FileRefused, match=r"/; deliver it, or run"):
        locate(tmp_path, MAY_1)


def test_a_file_may_be_packed(tmp_path: Path) -> None:
    """The plain file or its .gz is the delivery; other names next to it do not matter."""
    (tmp_path / "users_db_export (1).csv").touch()
    packed = tmp_path / "users_db_export.csv.gz"
    packed.touch()
    assert find(USERS, tmp_path) == packed
    packed.rename(tmp_path / "users_db_export.csv")
    assert find(USERS, tmp_path) == tmp_path / "users_db_export.csv"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message says what lies there instead."""
    with pytest.raises(
        FileRefused, match=r"missing from .*: found nothing\. Expected users_db_export\.csv or"
    ):
        find(USERS, tmp_path)
    (tmp_path / "users_db_export.csv").mkdir()
    (tmp_path / "01-05-2031").mkdir()
    (tmp_path / "USERS_DB_EXPORT.CSV").touch()
    found = r"found 01-05-2031/, USERS_DB_EXPORT\.CSV, users_db_export\.csv/\."
    with pytest.raises(FileRefused, match=rf"{found}.*deliver the file and run again"):
        find(USERS, tmp_path)


def test_two_forms_of_one_file_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which of them is the delivery."""
    for name in ("users_db_export.csv", "users_db_export.csv.gz"):
        (tmp_path / name).touch()
    with pytest.raises(FileRefused, match=r"found both users_db_export\.csv and .*\.gz\. Expected one"):
        find(USERS, tmp_path)


def test_a_delivery_has_every_source(tmp_path: Path) -> None:
    """One missing file is a missing delivery."""
    for source in declared().sources:
        (tmp_path / source.file_name).touch()
    assert locate(tmp_path, MAY_1) == {s.name: tmp_path / s.file_name for s in declared().sources}
    (tmp_path / EVENTS.file_name).unlink()
    with pytest.raises(FileRefused, match=r"booking_events\.json is missing"):
        locate(tmp_path, MAY_1)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """With the folder that it is missing from, which the other deliveries decide; either form is enough."""
    names = [source.file_name for source in declared().sources]
    assert missing(tmp_path / "nowhere", MAY_1) == (tmp_path / "nowhere", names)
    (tmp_path / f"{USERS.file_name}.gz").touch()
    (tmp_path / EVENTS.file_name).touch()
    assert missing(tmp_path, MAY_1) == (tmp_path, names[1:2])
    (tmp_path / names[1]).touch()
    assert missing(tmp_path, MAY_1) == (tmp_path, [])
    (tmp_path / "2031-04-30").mkdir()
    assert missing(tmp_path, MAY_1) == (tmp_path / "2031-05-01", names)


def test_a_file_and_its_packed_form_are_one_content(tmp_path: Path) -> None:
    """Hash and size are those of the content, in one gzip member or in two."""
    content = users(3).encode()
    for name, stored in (
        ("a.csv", content),
        ("a.csv.gz", gzip.compress(content)),
        ("b.csv.gz", gzip.compress(content[:50]) + gzip.compress(content[50:])),
    ):
        path = tmp_path / name
        path.write_bytes(stored)
        file = identify(USERS, path)
        assert (file.sha256, file.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
        assert file.fault is None and file.name == name


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "is empty: found 0 bytes"),
        (b"\xef\xbb\xbf", "is empty: found 3 bytes"),
        (b" \r\n\t\n", "is empty: found 5 bytes"),
        (b"user_id\nJos\xe9\n", "is not UTF-8: found byte 0xe9 near offset 11"),
        (users(2).encode("utf-16"), "is not UTF-8: found byte 0xff near offset 0"),
        (users(2).encode() + "é".encode()[:1], "is not UTF-8: found byte 0xc3"),
    ],
)
def test_a_fault_of_the_whole_file_is_found(content: bytes, found: str, tmp_path: Path) -> None:
    """An empty file and one that is not UTF-8 are refused; the message says what to deliver."""
    path = tmp_path / USERS.file_name
    path.write_bytes(content)
    fault = identify(USERS, path).fault
    assert fault is not None
    assert fault.startswith(f"users_db_export.csv {found}")
    assert "Expected " in fault and "deliver it again" in fault


def test_characters_across_two_chunks_are_read_whole(tmp_path: Path) -> None:
    """Where the file is read in pieces says nothing of its encoding; a wrong byte there is found."""
    path = tmp_path / USERS.file_name
    for shift in range(4):
        path.write_bytes(b"x" * (CHUNK_BYTES - shift) + "🐍\r\n".encode() + b"x\n")
        file = identify(USERS, path)
        assert file.fault is None and file.size_bytes == path.stat().st_size
    path.write_bytes(b"x" * (CHUNK_BYTES - 1) + b"\xc3x")
    assert "found byte 0xc3 near offset 10485" in (identify(USERS, path).fault or "")


@pytest.mark.parametrize("damage", ["cut", "short", "checksum", "garbage", "plain"])
def test_a_damaged_gzip_file_is_refused(damage: str, tmp_path: Path) -> None:
    """What cannot be unpacked to its end lacks rows."""
    packed = gzip.compress(users(3).encode())
    damaged = {
        "cut": packed[:-5],
        "short": packed[:5],
        "checksum": packed[:-8] + bytes(8),
        "garbage": packed + b"garbage",
        "plain": users(3).encode(),
    }
    path = tmp_path / "users_db_export.csv.gz"
    path.write_bytes(damaged[damage])
    fault = identify(USERS, path).fault or ""
    assert fault.startswith("users_db_export.csv.gz cannot be unpacked to its end: ")
    assert fault.endswith("Expected a complete gzip file; deliver it again.")
