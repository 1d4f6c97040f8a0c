"""Readers see the old published database or the new one; a failed publication leaves the old one."""

import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.publish import publication
from tests.support.deliveries import Bench, publish, users

RUN = "a_test"
LAYERS = frozenset({"staging", "intermediate", "marts", "reports"})
INSIDE = ["build", "deliveries", "mentoring.duckdb", "versions"]


def build(bench: Bench, version: int, schemas: Collection[str] = LAYERS) -> None:
    """Make a build of the given version with a table in each schema."""
    if not settings().build_path.exists():
        bench.deliver("users", users(1))
    with warehouse.connect(settings().build_path) as connection:
        for schema in LAYERS:
            connection.execute(f"drop schema if exists {schema} cascade")
        for schema in schemas:
            connection.execute(
                f"create schema {schema}; create table {schema}.t as select {version} as version"
            )


def version(path: Path) -> int:
    """Return the version that a reader of the database sees."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("select version from reports.t").fetchall()[0][0]


def test_the_published_database_has_all_layers_in_one_file(bench: Bench) -> None:
    """One file with five schemas and no log next to it, equal to what was built."""
    build(bench, 1)
    publish(RUN)
    published = settings().published_path
    assert sorted(path.name for path in published.parent.iterdir()) == INSIDE
    with duckdb.connect(published, read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables() order by 1").fetchall()
        assert [schema for (schema,) in schemas] == sorted({"raw"} | LAYERS)
        assert connection.execute("select user_id from raw.users").fetchall() == [("1",)]


def test_what_is_no_layer_stays_in_the_build(bench: Bench) -> None:
    """The failing rows of dbt's tests are for who mends the build, not for who reads the answer."""
    build(bench, 1)
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("create schema audit; create table audit.failed as select 1 as user_id")
        connection.execute("create view audit.seen as select * from audit.failed")
    publish(RUN)
    published = settings().published_path
    with duckdb.connect(published, read_only=True) as connection:
        schemas = connection.execute(
            "select schema_name from duckdb_schemas() where not internal and database_name = 'mentoring'"
        ).fetchall()
    assert sorted(schema for (schema,) in schemas) == sorted({"raw"} | LAYERS)
    assert sorted(path.name for path in published.parent.iterdir()) == INSIDE
    assert bench.build("select user_id from audit.seen") == [(1,)]


def test_what_is_still_in_the_log_is_published_too(bench: Bench) -> None:
    """The build's write-ahead log is part of it: a killed build loses no committed row."""
    build(bench, 1)
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("set wal_autocheckpoint = '1TB'; pragma disable_checkpoint_on_shutdown")
        connection.execute("update reports.t set version = 2")
    assert settings().build_path.with_name("mentoring.duckdb.wal").exists()
    assert version(publish(RUN).database) == 2


READER = """
import sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for _ in sys.stdin:
        print(connection.execute("select version from reports.t").fetchall()[0][0], flush=True)
"""


def test_a_reader_keeps_the_version_it_opened(bench: Bench) -> None:
    """Publishing neither waits for readers nor changes what they see; a new connection sees the new one."""
    build(bench, 1)
    publish(RUN)
    published = settings().published_path
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin and reader.stdout

        def ask() -> int:
            print(file=reader.stdin, flush=True)
            return int(reader.stdout.readline())

        assert ask() == 1
        opened = published.stat().st_ino
        build(bench, 2)
        publish(RUN)
        assert published.stat().st_ino != opened, "the file that the reader has open was written to"
        assert ask() == 1
        assert version(published) == 2
        reader.stdin.close()


@pytest.mark.parametrize("missing", sorted(LAYERS - {"intermediate"}))
def test_a_build_without_a_layer_is_refused(missing: str, bench: Bench) -> None:
    """What was published before stays as it was, byte for byte; an empty schema is no layer."""
    build(bench, 1)
    publish(RUN)
    published = settings().published_path
    before = (published.read_bytes(), published.stat().st_ino)
    build(bench, 2, LAYERS - {missing})
    with warehouse.connect(settings().build_path) as connection:
        connection.execute(f"create schema {missing}")
    with pytest.raises(WarehouseInvalid, match=r"lacks a layer: found .*run `make restore`"):
        publish(RUN)
    assert (published.read_bytes(), published.stat().st_ino) == before
    assert version(published) == 1


def test_a_missing_build_is_refused(bench: Bench) -> None:
    """There is nothing to publish before the first run, and nothing is made."""
    with pytest.raises(WarehouseInvalid, match="Expected a build to publish; run `make run`"):
        publication.publish(RUN)
    assert not settings().published_path.exists()


def test_what_a_killed_publication_left_does_not_matter(bench: Bench) -> None:
    """Half a copy and logs of other files are swept, not read."""
    build(bench, 1)
    publish(RUN)
    published = settings().published_path
    stale = bench.folder / "stale.duckdb"
    with warehouse.connect(stale) as connection:
        connection.execute("set wal_autocheckpoint = '1TB'; pragma disable_checkpoint_on_shutdown")
        connection.execute("create table stale as select 1 as one")
    log = stale.with_name("stale.duckdb.wal").read_bytes()
    unfinished = settings().versions_dir / ".next"
    unfinished.mkdir()
    (unfinished / "mentoring.duckdb").write_bytes(b"half a copy")
    published.with_name(".mentoring.duckdb.next").write_bytes(b"half a copy")
    for half in (unfinished / "mentoring.duckdb.wal", published.with_name("mentoring.duckdb.wal")):
        half.write_bytes(log)
    build(bench, 2)
    assert version(publish(RUN).database) == 2
    assert sorted(os.listdir(published.parent)) == INSIDE
