"""Folders of the lake that no database names are removed, and no others."""

from pathlib import Path

from include.mentoring.sources import USERS
from include.pipeline.core.settings import settings
from include.pipeline.engines.spark.storage import dbt_tables, raw_parts
from include.pipeline.maintenance import cleanup, rebuild_raw
from tests.pipeline.engines.spark.storage.test_dbt_tables import build
from tests.support.deliveries import Bench, publish, user, users


def folders() -> set[Path]:
    return {*dbt_tables.root().glob("*"), *raw_parts.folder_of(USERS).glob("*")}


def test_what_builds_and_versions_consist_of_stays(lake: Bench) -> None:
    """A version that can be rolled back to has its tables, and its rows of raw, withdrawn ones included."""
    lake.deliver("users", users(2))
    lake.deliver("users", users(2) + user(3))
    dbt_tables.end(build(3), is_finished=True)
    publish("a run")
    published = folders()
    rebuild_raw.withdraw(2)
    dbt_tables.end(build(2), is_finished=True)
    present = folders()
    cleanup.sweep()
    assert folders() == present > published


def test_what_was_never_finished_goes(lake: Bench) -> None:
    """Of a run that was killed while it wrote rows, or while dbt was at work."""
    lake.deliver("users", users(2))
    dbt_tables.end(build(2), is_finished=True)
    whole = folders()
    (raw_parts.folder_of(USERS) / "part=2-killed").mkdir()
    build(3)
    assert len(folders()) == len(whole) + 2
    cleanup.sweep()
    assert folders() == whole


def test_the_tables_of_a_version_go_with_it(lake: Bench) -> None:
    """Once it is not kept any longer."""
    lake.deliver("users", users(2))
    dbt_tables.end(build(2), is_finished=True)
    publish("a run")
    first = {*dbt_tables.root().glob("*")}
    dbt_tables.end(build(2), is_finished=True)
    (settings().versions_dir / "1" / "mentoring.duckdb").rename(settings().warehouse_dir / "elsewhere")
    cleanup.sweep()
    assert not first & folders()
