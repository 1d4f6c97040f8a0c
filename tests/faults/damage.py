"""Files that are not as a run left them: the build, the landing, the ledger's copy, the records."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import duckdb

from tests.faults import broken, processes
from tests.faults.kills import Outcome, Reference
from tests.faults.processes import Order
from tests.faults.world import Home

BLOCK = 256 * 1024


def overwrite(path: Path, offset: int, length: int = 4096) -> None:
    """Put other bytes in the place of some of the file's."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(Random(offset).randbytes(length))


def halve(path: Path) -> None:
    """Cut the file off in the middle."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """Leave a file without a byte."""
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    """Leave a file of any other kind."""
    path.write_bytes(b"{" + Random(0).randbytes(100_000))


def put_log(path: Path) -> None:
    """Put the write-ahead log of another database next to the file."""
    processes.call(make_log, path)


def make_log(path: Path) -> None:
    """Copy the log of a database in use; opens DuckDB."""
    other = path.with_name("other.duckdb")
    with duckdb.connect() as connection:
        connection.execute("set wal_autocheckpoint = '1TB'")
        connection.execute(f"attach '{other}' as other (storage_version 'v1.4.0')")
        connection.execute("create table other.events as select range as event_id from range(1000)")
        path.with_name(f"{path.name}.wal").write_bytes(other.with_name(f"{other.name}.wal").read_bytes())
    for made in other.parent.glob("other.duckdb*"):
        made.unlink()


def before_the_run() -> dict[str, Callable[[Home], None]]:
    """Return the damages that a run finds when it starts, by name."""
    return {
        "build: header": lambda home: overwrite(home.build, 0),
        "build: second header": lambda home: overwrite(home.build, 4096),
        "build: middle": lambda home: overwrite(home.build, home.build.stat().st_size // 2),
        "build: cut off": lambda home: halve(home.build),
        "build: empty": lambda home: empty(home.build),
        "build: garbage": lambda home: garbage(home.build),
        "build: gone": lambda home: home.build.unlink(),
        "build: log of another database": lambda home: put_log(home.build),
        "build: log of garbage": lambda home: garbage(home.build.with_name("mentoring.duckdb.wal")),
        "ledger's copy: cut off": lambda home: halve(_ledger(home)),
        "ledger's copy: garbage": lambda home: garbage(_ledger(home)),
        "ledger's copy: gone": lambda home: _ledger(home).unlink(),
        "ledger's copy and build: garbage": lambda home: (garbage(_ledger(home)), garbage(home.build)),
        "ledger's copy: older than the build": lambda home: _ledger(home).write_text("[]"),
        "manifest of the version: cut off": lambda home: halve(home.warehouse / "versions/1/manifest.json"),
        "manifest of the version: gone": lambda home: (home.warehouse / "versions/1/manifest.json").unlink(),
        "version: empty folder": lambda home: (home.warehouse / "versions" / "7").mkdir(),
        "lock's record: garbage": lambda home: garbage(home.warehouse / "build" / "holder.json"),
        "landing: garbage": lambda home: garbage(_landing(home)),
        "published: log of another database": lambda home: put_log(home.published),
    }


def blocks(home: Home) -> dict[str, Callable[[Home], None]]:
    """Return a damage for each block of the build."""
    size = home.build.stat().st_size
    return {
        f"build: block {number}": partial(_overwrite_block, number)
        for number in range((size - 3 * 4096) // BLOCK)
    }


def during_the_run() -> dict[str, tuple[str, Callable[[Home], None]]]:
    """Return the damages that happen at a point of the run, by name."""
    return {
        "landing: garbage before the gate": ("gate: begins", lambda home: garbage(_landing(home))),
        "landing: empty before the gate": ("gate: begins", lambda home: empty(_landing(home))),
        "landing: gone before the gate": ("gate: begins", lambda home: _landing(home).unlink()),
        "landing: garbage before accept": ("accept: begins", lambda home: garbage(_landing(home))),
        "landing: gone before accept": ("accept: begins", lambda home: _landing(home).unlink()),
        "build: garbage before accept": ("accept: begins", lambda home: garbage(home.build)),
        "build: middle before dbt": (
            "dbt: begins",
            lambda home: overwrite(home.build, home.build.stat().st_size // 2, BLOCK),
        ),
        "build: garbage before dbt": ("dbt: begins", lambda home: garbage(home.build)),
        "build: garbage before publishing": ("publish: begins", lambda home: garbage(home.build)),
        "build: cut off before publishing": ("publish: begins", lambda home: halve(home.build)),
        "build: gone before publishing": ("publish: begins", lambda home: home.build.unlink()),
    }


def before(wanted: Reference, folder: Path, name: str, spoil: Callable[[Home], None]) -> Outcome:
    """Make a run on a warehouse with a damage."""
    home = wanted.start.copy_to(folder)
    spoil(home)
    return broken.healed(wanted, Order(home, wanted.day, has_tests=wanted.has_tests), name)


def during(wanted: Reference, folder: Path, name: str) -> Outcome:
    """Make a run that is damaged under way."""
    home = wanted.start.copy_to(folder)
    order = Order(
        home,
        wanted.day,
        has_tests=wanted.has_tests,
        at=during_the_run()[name][0],
        fault=partial(_spoil, name, home),
    )
    return broken.healed(wanted, order, name)


def _spoil(name: str, home: Home) -> None:
    during_the_run()[name][1](home)


def _overwrite_block(number: int, home: Home) -> None:
    overwrite(home.build, 3 * 4096 + number * BLOCK, BLOCK)


def _landing(home: Home) -> Path:
    return home.warehouse / "build" / "landing.duckdb"


def _ledger(home: Home) -> Path:
    return home.warehouse / "deliveries" / "own" / "ledger.json"
