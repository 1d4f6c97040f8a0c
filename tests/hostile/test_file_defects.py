"""A file with a fault of the whole: refused in words that help, and nothing else changes."""

import os
import shutil
import signal
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared, settings
from include.pipeline.orchestration import stages
from include.simulator import defects
from tests.dbt.pipeline import Pipeline, of_this_process
from tests.hostile.catalogue import FILE_DEFECTS
from tests.support.deliveries import audit

RUN = "a_run_that_is_refused"
TABLES = ("users", "mentors", "events", "rejected_rows")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Return a pipeline that has published the sample."""
    folder = tmp_path_factory.mktemp("published")
    with of_this_process(folder / "dbt") as manifest:
        pipeline = Pipeline(folder, manifest)
        files = [source.file_name for source in declared().sources]
        pipeline.deliver(
            {name: (declared().sample_data / name).read_bytes() for name in files}, date(2023, 8, 1)
        )
        pipeline.build()
        audit("a_good_run")
        stages.publish("a_good_run")
        yield pipeline


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the landing folder, with a copy of the sample in it to break."""
    for source in declared().sources:
        shutil.copy(declared().sample_data / source.file_name, tmp_path)
    monkeypatch.setenv("MENTOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "5")
    return tmp_path


def what_readers_open() -> tuple[str, int]:
    """Return the hash of the published database, and which file it is."""
    path = settings().published_path
    return sha256(path.read_bytes()).hexdigest(), path.stat().st_ino


def rows_in_raw() -> dict[str, int]:
    """Return how many rows each table of the raw layer holds; of the ledger, the accepted loads."""
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        queries = {table: f"select count(*) from raw.{table}" for table in TABLES}
        queries["loads"] = "select count(*) from raw.loads where status = 'accepted'"
        return {table: connection.execute(query).fetchall()[0][0] for table, query in queries.items()}


def refusals() -> list[tuple[str, str, int]]:
    """Return source, reason and counted rows of each refused file."""
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute(
            "select source, reason, rows_in_file + rows_loaded + rows_rejected + rows_duplicate"
            " from raw.loads where status = 'refused' order by load_id"
        ).fetchall()


def refuse(source: str, found: str) -> None:
    """Run on what lies in the landing folder: it must be refused, and nothing of it be seen anywhere."""
    readers, rows, before = what_readers_open(), rows_in_raw(), refusals()
    assert rows["events"] == 842
    received = None
    with pytest.raises(FileRefused) as refusal:
        received = stages.receive(RUN, "2023-08-02")
        for name in declared().source_names:
            stages.land(RUN, name, received)
    message = str(refusal.value)
    assert declared().source(source).file_name in message
    assert found in message
    assert "Expected " in message
    assert "deliver" in message
    assert rows_in_raw() == rows
    assert what_readers_open() == readers
    # What has not come, or may not be read, has no content to keep a record of.
    assert refusals()[len(before) :] == ([(source, message, 0)] if received else [])


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("defect", "source", "found"), FILE_DEFECTS)
def test_a_damaged_file_is_refused(defect: str, source: str, found: str, sample: Path) -> None:
    """File, finding, expectation and remedy are named; no row loads; readers have the file they had."""
    defects.apply(defect, sample, source=None if defect.startswith("truncated") else source)
    refuse(source, found)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("defect", "source"), [("unknown_status", "users"), ("invalid_timestamp", "events")])
def test_a_file_of_too_many_bad_rows_is_refused(defect: str, source: str, sample: Path) -> None:
    """A file above the limit leaves as little behind as one that is damaged."""
    defects.apply(defect, sample, rows=0.1)
    refuse(source, " has too many invalid rows: found ")


def folder(path: Path, _: bytes) -> None:
    path.mkdir()


def pipe(path: Path, _: bytes) -> None:
    os.mkfifo(path)


def dangling_link(path: Path, _: bytes) -> None:
    path.symlink_to(path.with_name("gone"))


def link_to_another_place(path: Path, content: bytes) -> None:
    outside = path.parent.with_name(f"{path.parent.name}-outside")
    outside.write_bytes(content)
    path.symlink_to(outside)


def both_forms(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.with_name(f"{path.name}.gz").write_bytes(content)


def zip_with_the_name_of_gzip(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path.with_name(f"{path.name}.gz"), "w") as archive:
        archive.writestr(path.name, content)


def utf16(path: Path, content: bytes) -> None:
    path.write_bytes(content.decode().encode("utf-16"))


def quotes_that_swallow_rows(path: Path, content: bytes) -> None:
    lines = content.splitlines(keepends=True)
    lines[20:20] = [b'1,5" pipes,2031-01-05,active\n', b'2,"pipes,2031-01-05,active\n']
    path.write_bytes(b"".join(lines))


def another_table(path: Path, _: bytes) -> None:
    shutil.copy(path.with_name(declared().source("mentors").file_name), path)


@pytest.fixture
def impatience() -> Iterator[None]:
    """Stop a test that hangs: nobody writes into a pipe that was delivered."""
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.mark.usefixtures("published", "impatience")
@pytest.mark.parametrize(
    ("put", "found"),
    [
        (folder, "is missing from "),
        (pipe, "is missing from "),
        (dangling_link, "is missing from "),
        (link_to_another_place, "is a symbolic link out of the landing folder"),
        (both_forms, "found both "),
        (zip_with_the_name_of_gzip, "cannot be unpacked to its end"),
        (utf16, "is not UTF-8: found byte 0xff"),
        (quotes_that_swallow_rows, "its double quotes do not fit"),
        (another_table, "lacks the column user_id, company_id, signup_date, status: found mentor_id"),
    ],
)
def test_what_is_no_such_file_is_refused(
    put: Callable[[Path, bytes], None], found: str, sample: Path
) -> None:
    """Whatever lies under the file's name: the run ends soon, in words, and without a trace."""
    path = sample / declared().source("users").file_name
    content = path.read_bytes()
    path.unlink()
    put(path, content)
    refuse("users", found)
