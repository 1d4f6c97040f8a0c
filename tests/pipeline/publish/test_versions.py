"""Every publication is a version that says what it was made of, and that readers can be led back to."""

import hashlib
import json

import duckdb
import pytest

from include.pipeline.core.settings import settings
from include.pipeline.publish import publication, versions
from include.pipeline.publish.versions import VersionUnusable
from tests.pipeline.publish.test_publication import build, version
from tests.support import deliveries
from tests.support.deliveries import Bench


@pytest.fixture
def published(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a warehouse of which three versions are published; four are kept."""
    monkeypatch.setenv("MENTOR_KEEP_VERSIONS", "4")
    publish(bench, 1, 2, 3)
    return bench


def publish(bench: Bench, *numbers: int) -> None:
    for number in numbers:
        build(bench, number)
        deliveries.publish(f"run {number}")


def seen() -> int:
    """Return the version that readers see."""
    return version(settings().published_path)


def test_a_version_says_what_it_was_made_of(published: Bench) -> None:
    """Run, time, files with their hashes and counts, rows of each table, hash of the database."""
    newest = versions.kept()[-1]
    manifest = json.loads((newest.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["version"], manifest["run_id"], manifest["origin"]) == (3, "run 3", "own")
    content = settings().published_path.read_bytes()
    assert manifest["database"] == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
    }
    ((sha256,),) = published.build("select sha256 from raw.loads")
    (file,) = manifest["files"]
    assert (file["source"], file["sha256"], file["rows_loaded"]) == ("users", sha256, 1)
    assert manifest["tables"]["raw.users"]["rows"] == 1
    assert manifest["tables"]["reports.t"]["rows"] == 1
    assert sorted(table.partition(".")[0] for table in manifest["tables"])[0] == "intermediate"


def test_the_published_database_is_the_newest_version(published: Bench) -> None:
    """One file under two names, and read-only: the disk holds it once."""
    assert [version.number for version in versions.kept()] == [1, 2, 3]
    assert [version.is_published for version in versions.kept()] == [False, False, True]
    assert settings().published_path.stat().st_mode & 0o222 == 0


def test_the_last_versions_are_kept(published: Bench) -> None:
    """As many as the settings say, the published one among them wherever it is."""
    publish(published, 4, 5)
    assert [version.number for version in versions.kept()] == [2, 3, 4, 5]
    publication.roll_back(2)
    build(published, 6)
    versions.prune()
    assert [version.number for version in versions.kept()] == [2, 3, 4, 5]
    publish(published, 6)
    assert [version.number for version in versions.kept()] == [3, 4, 5, 6]


def test_readers_are_led_back_to_the_version_before(published: Bench) -> None:
    """Step by step or by number, until the next run publishes."""
    assert publication.roll_back(None).number == 2 and seen() == 2
    assert publication.roll_back(None).number == 1 and seen() == 1
    assert publication.roll_back(3).number == 3 and seen() == 3
    publication.roll_back(1)
    publish(published, 4)
    assert seen() == 4


def test_a_version_that_is_not_there_is_named(published: Bench) -> None:
    """With those that are there; nothing changes."""
    with pytest.raises(VersionUnusable, match=r"no version 9: found 1, 2, 3.*make versions"):
        publication.roll_back(9)
    publication.roll_back(1)
    with pytest.raises(VersionUnusable, match=r"no version of the same data before .*: found 1 \("):
        publication.roll_back(None)
    assert seen() == 1


def test_a_damaged_version_is_not_published(published: Bench) -> None:
    """Its hash is not that of the manifest: readers keep what they have."""
    database = versions.find(2).database
    content = bytearray(database.read_bytes())
    content[-5000] ^= 1
    database.chmod(0o644)
    database.write_bytes(content)
    with pytest.raises(VersionUnusable, match=r"Version 2 is damaged: found .*, expected"):
        publication.roll_back(2)
    assert seen() == 3


def test_a_reader_keeps_a_version_that_is_pruned(published: Bench) -> None:
    """An open reader reads on, though its name is gone."""
    with duckdb.connect(versions.find(1).database, read_only=True) as connection:
        publish(published, 4, 5, 6)
        assert 1 not in [version.number for version in versions.kept()]
        assert connection.execute("select version from reports.t").fetchall() == [(1,)]


def test_what_a_killed_publication_left_is_no_version(published: Bench) -> None:
    """A folder without a manifest, or with half of one, is neither listed nor counted."""
    (settings().versions_dir / ".next").mkdir()
    (settings().versions_dir / ".next" / "manifest.json").write_text("{", encoding="utf-8")
    assert [version.number for version in versions.kept()] == [1, 2, 3]
    publish(published, 4)
    assert seen() == 4 and versions.kept()[-1].number == 4


@pytest.mark.parametrize("manifest", ["", '{"version": 2', None])
def test_a_version_whose_manifest_is_broken_is_none(manifest: str | None, published: Bench) -> None:
    """It can neither be returned to nor stop the next one, which takes its place on the disk."""
    path = versions.find(2).folder / "manifest.json"
    path.unlink()
    if manifest is not None:
        path.write_text(manifest, encoding="utf-8")
    assert [version.number for version in versions.kept()] == [1, 3]
    publish(published, 4)
    assert seen() == 4
    assert sorted(path.name for path in settings().versions_dir.iterdir()) == ["1", "3", "4"]


def test_a_number_is_never_given_twice(published: Bench) -> None:
    """Not even that of a newest version that is broken."""
    (versions.find(3).folder / "manifest.json").unlink()
    publish(published, 4)
    assert versions.kept()[-1].number == 4


def test_publishing_the_published_version_again_leaves_nothing_behind(published: Bench) -> None:
    """Both names are one file already, which a rename would leave as they are."""
    publication.roll_back(3)
    assert not [*settings().warehouse_dir.glob(".*.next")] and seen() == 3
