"""A row of a snapshot is stored once, and each load reads back exactly the rows that it had."""

import random
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import DUCKDB, SPARK, settings
from include.pipeline.ingest import archive, ledger
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.maintenance.rebuild_raw import RecoveryImpossible
from tests.support.deliveries import USERS_HEADER, Bench, publish, user

MAY = [date(2031, 5, day) for day in range(1, 32)]
Rows = dict[str, str]


def history(seed: int) -> list[Rows]:
    """Return the status of users by id in each of some exports, of which each differs from all others."""
    rng = random.Random(seed)
    ids = [str(number) for number in range(1, 9)]
    exports: list[Rows] = []
    while len(exports) < 4:
        before = exports[-1] if exports else {}
        export = {
            each: rng.choice(["active", "churned"]) if rng.random() < 0.3 else before.get(each, "active")
            for each in ids
            if rng.random() < (0.9 if each in before else 0.4)
        }
        if export and export not in exports:
            exports.append(export)
    return exports


def changes(before: Rows, export: Rows) -> tuple[int, int]:
    """Return how many rows are new or changed, and how many are gone."""
    return len(export.items() - before.items()), len(before.keys() - export.keys())


def deliver(bench: Bench, export: Rows, on: date) -> int:
    (load_id,) = bench.deliver("users", USERS_HEADER + "".join(user(*row) for row in export.items()), on=on)
    return load_id


def found(bench: Bench, load_id: int) -> Rows:
    return {row[0]: row[3] for row in bench.rows_of("users", load_id)}


def stored(bench: Bench) -> tuple[int, int]:
    ((rows, removed),) = bench.build(
        "select (select count(*) from raw.users), (select count(*) from raw.removed_keys)"
    )
    return rows, removed


@pytest.mark.parametrize("engine", [DUCKDB, SPARK])
@pytest.mark.parametrize("seed", range(2))
def test_loads_read_back_their_rows(
    seed: int, engine: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order of data dates, before and after one is withdrawn; what changed is what is stored."""
    monkeypatch.setenv("MENTOR_ENGINE", engine)
    monkeypatch.setenv("MENTOR_LAKE", str(tmp_path / "lake"))
    days = random.Random(seed).sample(MAY, 4)
    exports = {deliver(bench, export, day): export for export, day in zip(history(seed), days, strict=True)}
    assert {load_id: found(bench, load_id) for load_id in exports} == exports
    chain = [{}, *exports.values()]
    counts = [changes(*pair) for pair in pairwise(chain)]
    assert stored(bench) == (sum(new for new, _ in counts), sum(gone for _, gone in counts))

    withdrawn = list(exports)[seed % 3]
    as_stored = stored(bench)
    rebuild_raw.withdraw(withdrawn)
    left = {load_id: export for load_id, export in exports.items() if load_id != withdrawn}
    assert {load_id: found(bench, load_id) for load_id in left} == left
    rebuild_raw.withdraw(withdrawn, undo=True)
    assert {load_id: found(bench, load_id) for load_id in exports} == exports
    assert stored(bench) == as_stored


def test_another_spelling_is_no_change(bench: Bench) -> None:
    """Content is compared by meaning: the row stays as its first load spelled it."""
    deliver(bench, {"1": "active", "2": "active"}, MAY[0])
    respelled = USERS_HEADER + "".join([user("1 "), user("2", "churned")])
    assert bench.deliver("users", respelled, on=MAY[1]) == [2]
    assert stored(bench) == (3, 0)
    assert found(bench, 2) == {"1": "active", "2": "churned"}


def test_a_build_of_an_earlier_version_is_read_as_it_was(bench: Bench) -> None:
    """There each load has all rows of its snapshot: the keys that a load lacks are found."""
    exports = {deliver(bench, export, day): export for export, day in zip(history(1), MAY, strict=False)}
    with warehouse.connect(settings().build_path) as connection:
        rows = [
            (each, "C-1", "2031-01-05", status, load_id)
            for load_id, export in exports.items()
            for each, status in export.items()
        ]
        connection.execute("delete from raw.users")
        connection.executemany(
            "insert into raw.users values (?, ?, ?, ?, ?, 1, timestamp '2031-05-01')", rows
        )
        for view in ("users_by_load", "mentors_by_load"):
            connection.execute(f"drop view raw.{view}")
        connection.execute("drop table raw.removed_keys")
    ledger.open_raw()
    assert {load_id: found(bench, load_id) for load_id in exports} == exports
    new = {**exports[max(exports)], "99": "active"}
    assert found(bench, deliver(bench, new, MAY[20])) == new


def test_rows_after_another_load_are_not_copied(bench: Bench) -> None:
    """What a version stores of a load is what changed after the load before it, which is withdrawn here."""
    for export, day in zip(history(2)[:3], MAY, strict=False):
        deliver(bench, export, day)
    with warehouse.connect(settings().build_path) as connection:
        for schema in ("staging", "intermediate", "marts", "reports"):
            connection.execute(f"create schema {schema}; create table {schema}.t as select 1 as x")
    publish("first")
    rebuild_raw.withdraw(2)
    settings().build_path.unlink()
    archive.find("users", archive.read_ledger()[2]["sha256"]).unlink()
    with pytest.raises(RecoveryImpossible, match=r"Load 3 .* cannot be read again"):
        rebuild_raw.restore_raw()
