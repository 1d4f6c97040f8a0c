"""Folders of the lake that no database names are removed, and no others."""

from pathlib import Path

from include.mentoring import recovery, sweeping
from include.mentoring.lake import parts, tables
from include.mentoring.settings import settings
from include.mentoring.sources import USERS
from tests.mentoring.deliveries import Bench, publish, user, users
from tests.mentoring.lake.test_tables import build


def folders() -> set[Path]:
    return {*tables.root().glob("*"), *parts.folder_of(USERS).glob("*")}


def test_what_builds_and_versions_consist_of_stays(lake: Bench) -> None:
    """A version that can be rolled back to has its tables, and its rows of raw, withdrawn ones included."""
    lake.deliver("users", users(2))
    lake.deliver("users", users(2) + user(3))
    tables.end(build(3), is_finished=True)
    publish("a run")
    published = folders()
    recovery.withdraw(2)
    tables.end(build(2), is_finished=True)
    present = folders()
    sweeping.sweep()
    assert folders() == present > published


def test_what_was_never_finished_goes(lake: Bench) -> None:
    """Of a run that was killed while it wrote rows, or while dbt was at work."""
    lake.deliver("users", users(2))
    tables.end(build(2), is_finished=True)
    whole = folders()
    (parts.folder_of(USERS) / "part=2-killed").mkdir()
    build(3)
    assert len(folders()) == len(whole) + 2
    sweeping.sweep()
    assert folders() == whole


def test_the_tables_of_a_version_go_with_it(lake: Bench) -> None:
    """Once it is not kept any longer."""
    lake.deliver("users", users(2))
    tables.end(build(2), is_finished=True)
    publish("a run")
    first = {*tables.root().glob("*")}
    tables.end(build(2), is_finished=True)
    (settings().versions_dir / "1" / "mentoring.duckdb").rename(settings().warehouse_dir / "elsewhere")
    sweeping.sweep()
    assert not first & folders()
