"""Errors of disk, locks and memory become messages that say what to do next."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core import diagnostics, warehouse
from include.pipeline.core.errors import TransientError, UserFacingError
from include.pipeline.core.settings import settings
from tests.support.deliveries import Bench


@pytest.mark.parametrize(
    ("number", "fault", "words"),
    [
        (errno.ENOSPC, diagnostics.DiskFull, ["The disk is full", "free some space", "is unchanged"]),
        (errno.EDQUOT, diagnostics.DiskFull, ["The disk is full"]),
        (errno.EROFS, diagnostics.NotWritable, ["may not be written", "reports", "permissions"]),
        (errno.EOPNOTSUPP, diagnostics.NotWritable, ["Operation not supported", "a local disk", "in .env"]),
        (errno.EACCES, diagnostics.NotWritable, ["may not be written", "/some/file"]),
    ],
)
def test_an_error_of_a_file_says_what_to_do(
    number: int, fault: type[UserFacingError], words: list[str], bench: Bench
) -> None:
    """The cause stays behind it, for the log."""
    with pytest.raises(fault) as told, diagnostics.explained():
        raise OSError(number, os.strerror(number), "/some/file")
    for word in words:
        assert word in str(told.value)
    assert isinstance(told.value.__cause__, OSError)


def test_only_what_may_pass_is_tried_again() -> None:
    """Space can be freed and a file closed; permissions, memory and a damaged file are for a person."""
    assert issubclass(diagnostics.DiskFull, TransientError) and issubclass(
        diagnostics.DatabaseLocked, TransientError
    )
    for fault in (diagnostics.NotWritable, diagnostics.MemoryShort, diagnostics.DatabaseDamaged):
        assert not issubclass(fault, TransientError)


@pytest.mark.parametrize("error", [OSError(errno.EBADF, "Bad file descriptor"), ValueError("No space left")])
def test_any_other_error_stays_as_it_is(error: Exception, bench: Bench) -> None:
    """A defect of the code must not look like one of the machine."""
    with pytest.raises(type(error)) as raised, diagnostics.explained():
        raise error
    assert raised.value is error


def test_a_query_that_is_wrong_stays_as_it_is(bench: Bench) -> None:
    """DuckDB's other errors are no faults of the machine, whatever stands in the value that they quote."""
    with pytest.raises(duckdb.ConversionException), diagnostics.explained(), duckdb.connect() as connection:
        connection.execute("select 'Permission denied, no space left on device'::int")


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/dev/full", diagnostics.DiskFull), ("/sys/kernel/none.csv", diagnostics.NotWritable)],
)
def test_a_file_that_duckdb_cannot_write_is_known(
    path: str, fault: type[UserFacingError], bench: Bench
) -> None:
    """As this version of DuckDB words it: its class is that of all errors of files."""
    with pytest.raises(fault), diagnostics.explained(), duckdb.connect() as connection:
        connection.execute(f"copy (select hash(i) from range(100_000) numbers(i)) to '{path}'")


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (duckdb.OutOfMemoryException("in other words"), diagnostics.MemoryShort),
        (duckdb.SerializationException("in other words"), diagnostics.DatabaseDamaged),
        (duckdb.InternalException("in other words"), diagnostics.DatabaseDamaged),
        (duckdb.FatalException("in other words"), diagnostics.DatabaseDamaged),
        (duckdb.FatalException("No space left on device"), diagnostics.DiskFull),
    ],
)
def test_a_class_of_duckdb_is_known_by_itself(
    error: duckdb.Error, fault: type[UserFacingError], bench: Bench
) -> None:
    """Its words may change with the next version; a full disk may be behind any of them."""
    assert isinstance(diagnostics.of_error(error), fault)


def test_short_memory_and_damaged_files_are_known(bench: Bench, tmp_path: Path) -> None:
    """As this version of DuckDB finds them."""
    with (
        pytest.raises(diagnostics.MemoryShort, match="MENTOR_MEMORY_LIMIT"),
        diagnostics.explained(),
        duckdb.connect() as connection,
    ):
        connection.execute("set memory_limit = '20MB'; set max_temp_directory_size = '0KB'")
        connection.execute("select array_agg(i order by hash(i)) from range(20_000_000) numbers(i)")
    damaged = tmp_path / "damaged.duckdb"
    with warehouse.connect(damaged) as connection:
        connection.execute("create table numbers as select hash(i) as number from range(500_000) r(i)")
    whole = damaged.read_bytes()
    flipped = bytes(byte ^ 255 for byte in whole[4096:4200])
    for content in (
        b"no database at all" * 1000,
        b"\0" * 20_000,
        whole[:20_000],
        whole[:4096] + flipped + whole[4200:],
    ):
        damaged.write_bytes(content)
        with pytest.raises(diagnostics.DatabaseDamaged, match="run again"), diagnostics.explained():
            duckdb.connect(damaged)


def test_a_damaged_block_is_known(bench: Bench) -> None:
    """DuckDB meets it only when it reads the block."""
    path = settings().build_path
    with warehouse.connect(path) as connection:
        connection.execute("create table numbers as select hash(i) as number from range(500_000) r(i)")
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 4000):
        content[place] ^= 255
    path.write_bytes(content)
    with (
        pytest.raises(diagnostics.DatabaseDamaged),
        diagnostics.explained(),
        warehouse.connect(path) as connection,
    ):
        connection.execute("select sum(number::hugeint) from numbers")


def test_a_lock_names_who_has_it(bench: Bench) -> None:
    """DuckDB says which process: the message passes it on."""
    path = settings().build_path
    with warehouse.connect(path) as connection:
        connection.execute("create table seen as select 1 as one")
        opening = f"import duckdb; duckdb.connect({str(path)!r})"
        other = subprocess.run([sys.executable, "-c", opening], capture_output=True, text=True)
    fault = diagnostics.of_words(other.stderr)
    assert isinstance(fault, diagnostics.DatabaseLocked)
    assert f"PID {os.getpid()}" in str(fault) and "close it there" in str(fault)
