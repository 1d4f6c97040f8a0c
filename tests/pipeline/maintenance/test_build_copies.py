"""Copies of the build: whole, replaced as a whole, and removed where nobody works in them."""

import pytest
from filelock import FileLock

from include.pipeline.core import warehouse
from include.pipeline.core.errors import SettingInvalid, WarehouseInvalid
from include.pipeline.core.lock import WarehouseBusy
from include.pipeline.core.settings import settings
from include.pipeline.maintenance import build_copies, cleanup
from include.pipeline.maintenance.build_copies import AUDIT, DEV
from tests.support.deliveries import Bench, users


def rows() -> int:
    """Return how many users the copy for target dev has."""
    with warehouse.connect(build_copies.path(DEV), read_only=True) as connection:
        return connection.execute("select count(*) from raw.users").fetchall()[0][0]


def test_a_copy_has_what_is_still_in_the_log_and_replaces_the_one_before(bench: Bench) -> None:
    """The build goes on, and the copy does not change with it."""
    bench.deliver("users", users(2))
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("insert into raw.users select * from raw.users")
    build_copies.make(DEV)
    bench.deliver("users", users(5))
    (build_copies.folder(DEV) / "left").touch()
    assert rows() == 4
    build_copies.make(DEV)
    assert rows() > 4
    assert [path.name for path in build_copies.folder(DEV).iterdir()] == [settings().build_path.name]


def test_without_a_build_there_is_nothing_to_copy(bench: Bench) -> None:
    """Found, expected, and what to do."""
    with pytest.raises(WarehouseInvalid, match=r"is missing\. Expected a build to copy; run `make run`"):
        build_copies.make(DEV)


def test_a_build_in_a_lake_is_not_copied(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are folders of Parquet."""
    monkeypatch.setenv("MENTOR_ENGINE", "spark")
    with pytest.raises(SettingInvalid, match=r"MENTOR_ENGINE is spark.*set MENTOR_ENGINE=duckdb"):
        build_copies.make(AUDIT)


def test_the_copy_of_an_audit_goes_with_it(bench: Bench) -> None:
    """Also when it fails; a second audit is refused, and no run sweeps it away meanwhile."""
    bench.deliver("users", users(2))
    with pytest.raises(ZeroDivisionError), build_copies.of_audit():
        build_copies.make(AUDIT)
        cleanup.sweep()
        assert build_copies.path(AUDIT).exists()
        with pytest.raises(WarehouseBusy, match="Another audit is at work"), build_copies.of_audit():
            pass
        assert build_copies.path(AUDIT).exists()
        raise ZeroDivisionError
    assert not build_copies.folder(AUDIT).exists()


def test_the_copy_of_a_killed_audit_is_swept(bench: Bench) -> None:
    """By the next run; that of target dev stays."""
    bench.deliver("users", users(2))
    build_copies.make(AUDIT)
    build_copies.make(DEV)
    with FileLock(settings().build_dir / "audit.lock"):
        cleanup.sweep()
    assert build_copies.path(AUDIT).exists()
    cleanup.sweep()
    assert not build_copies.folder(AUDIT).exists()
    assert build_copies.path(DEV).exists()
