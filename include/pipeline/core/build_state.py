"""The state of a build: which run made it, from which raw rows, and that dbt has built and tested all of it.

Publication requires it, so no one can publish what was not audited: not after a failed dbt, not with other
raw rows, not for another run. Table `main.build_state` of the build has one row, a JSON document: a
`BuildState`, or why there is none (`revoked`). It is never published; the version's manifest has a copy.

Everything that changes the build revokes the state first. dbt does so too, on its own (macro
`revoke_build_state`), for a dbt that is started by hand.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings

TABLE = "main.build_state"
# Of dbt's results: a test that only warns has passed.
PASSED = frozenset({"success", "pass", "warn"})
# Of dbt's arguments: what would build a part of the rows.
PARTIAL = ("empty", "sample", "event_time_start", "event_time_end", "defer")
AUDITED = frozenset({"model", "seed", "snapshot", "test"})


@dataclass(frozen=True)
class BuildState:
    """A build that dbt has built and tested as a whole.

    Attributes:
        run_id: of the run, or command, that ran dbt.
        invocation_id: of dbt.
        raw_state: hash of the ledger `raw.loads` that it was built from.
        models: how many models, seeds and snapshots were built.
        tests: how many data tests passed, those that warned included.
        built_at: when dbt had ended; ISO 8601, UTC.
        variables: of dbt, those that differ from the standard result.
    """

    run_id: str
    invocation_id: str
    raw_state: str
    models: int
    tests: int
    built_at: str
    variables: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.models} models built and {self.tests} tests passed by {self.run_id}"


def revoke(connection: duckdb.DuckDBPyConnection, reason: str) -> None:
    """Take the state away, within the transaction that changes the build.

    Args:
        connection: of the build.
        reason: what changes it, as a sentence: "load 4 entered raw".
    """
    _write(connection, {"revoked": reason})


def revoke_in(build: Path, reason: str) -> None:
    """Take the state of a build away; nothing where there is no build at that path."""
    if build.exists():
        with warehouse.connect(build) as connection, warehouse.transaction(connection):
            revoke(connection, reason)


def record(run_id: str, target: Path, *, after: str | None = None) -> None:
    """Give the current build its state, if dbt has built and tested all of it.

    Args:
        run_id: of the run that ran dbt.
        target: folder of dbt's artifacts.
        after: invocation of dbt whose artifacts were there before: dbt leaves them where it cannot begin.
    """
    invocation = last_invocation(target)
    if invocation in (None, after):
        return
    results = _artifact(target, "run_results")
    nodes = _artifact(target, "manifest")["nodes"]
    audited = {name for name, node in nodes.items() if node["resource_type"] in AUDITED}
    passed = {result["unique_id"] for result in results["results"] if result["status"] in PASSED}
    arguments = results["args"]
    is_partial = any(arguments.get(name) for name in PARTIAL)
    if arguments["which"] == "build" and not is_partial and audited <= passed:
        tests = sum(nodes[name]["resource_type"] == "test" for name in audited)
        with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
            store(
                connection,
                run_id,
                str(invocation),
                models=len(audited) - tests,
                tests=tests,
                variables=arguments.get("vars"),
            )


def last_invocation(target: Path) -> str | None:
    """Return the id of the dbt invocation that wrote the results in a folder; None where there are none."""
    try:
        return str(_artifact(target, "run_results")["metadata"]["invocation_id"])
    except FileNotFoundError:
        return None


def store(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    invocation_id: str,
    *,
    models: int,
    tests: int,
    variables: dict[str, Any] | None = None,
) -> None:
    """Give a build the state that it was built and tested from the raw rows it has."""
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    raw_state = _raw_state(connection)
    state = BuildState(run_id, invocation_id, raw_state, models, tests, built_at, variables or {})
    _write(connection, asdict(state))


def require(run_id: str, *, is_what_if: bool = False) -> BuildState:
    """Return the state of the current build.

    Args:
        run_id: of the run that wants to use it.
        is_what_if: the build may have other variables of dbt than the standard result.

    Raises:
        WarehouseInvalid: dbt has not built and tested all of it, for this run, from the present raw rows.
    """
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(f"{build} is missing. Expected a build to publish; run `make run`.")
    if is_damaged():
        raise _refusal(build, "it is marked as damaged", run_id)
    with warehouse.connect(build, read_only=True) as connection:
        found = _read(connection)
        if "revoked" in found:
            raise _refusal(build, f"{found['revoked']}, and dbt has not built and tested it since", run_id)
        state = BuildState(**found)
        if state.run_id != run_id:
            raise _refusal(build, f"it was built by {state.run_id}", run_id)
        if state.variables and not is_what_if:
            raise _refusal(build, f"it was built as a what-if, with {state.variables}", run_id)
        if state.raw_state != _raw_state(connection):
            raise _refusal(build, "the raw rows have changed since it was built", run_id)
    return state


def drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the table from a copy of the build that is to be published."""
    connection.execute(f"drop table if exists {TABLE}")


def note_damage() -> None:
    """Mark the current build as damaged: nothing publishes it, and the next run rebuilds it."""
    _damage_mark().touch()


def is_damaged() -> bool:
    """Return whether the current build is marked as damaged."""
    return _damage_mark().exists()


def forget_damage() -> None:
    """Remove the mark from a build that was rebuilt."""
    _damage_mark().unlink(missing_ok=True)


def _refusal(build: Path, found: str, run_id: str) -> WarehouseInvalid:
    return WarehouseInvalid(
        f"{build} cannot be published: found that {found}. Expected that dbt has built and tested all of it"
        f" in {run_id}, from the rows that raw has; run `make run`, or `make dbt ARGS=build` and"
        " `make publish`. What is published is as it was."
    )


def _read(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    try:
        found = connection.execute(f"select state from {TABLE}").fetchone()
    except duckdb.CatalogException:
        found = None
    return json.loads(found[0]) if found else {"revoked": "it was begun"}


def _write(connection: duckdb.DuckDBPyConnection, state: dict[str, Any]) -> None:
    connection.execute(
        f"create or replace table {TABLE} as select $state::varchar as state", {"state": json.dumps(state)}
    )


def _artifact(target: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((target / f"{name}.json").read_text(encoding="utf-8")))


def _raw_state(connection: duckdb.DuckDBPyConnection) -> str:
    """A hash of every column of every load: a refused delivery changes it too, for models read the ledger."""
    ((state,),) = connection.execute(
        "select md5(coalesce(string_agg(loads::varchar, chr(10) order by load_id), ''))"
        " from raw.loads as loads"
    ).fetchall()
    return str(state)


def _damage_mark() -> Path:
    return settings().build_path.with_name("damaged")
