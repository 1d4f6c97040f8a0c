"""The state of a build: which run made it, from which raw rows, and proof that dbt tested all of it.

Publication requires it, so no one can publish what was not audited: not after a failed dbt, not with other
raw rows, not for another run. Table `main.build_state` of the build has one row, a JSON document: a
`BuildState`, or why there is none (`revoked`). It is never published; the version's manifest has a copy.

Everything that changes the build revokes the state first. dbt does so too, on its own (macro
`revoke_build_state`), and writes its invocation and the raw rows that it finds next to the reason: only the
results of that invocation, over those rows, give the build a state.
"""

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core import built_code, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings

TABLE = "main.build_state"
# The mark of a damaged build lies next to it.
DAMAGED = "damaged"


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
    """Revoke the state, within the transaction that changes the build.

    Args:
        connection: of the build.
        reason: what changes it, as a sentence: "load 4 entered raw".
    """
    _write(connection, {"revoked": reason})


def begin_dbt(connection: duckdb.DuckDBPyConnection, invocation_id: str, read: str) -> None:
    """Write what the macro `revoke_build_state` writes, for a dbt that runs outside of the build.

    Args:
        connection: of the build.
        invocation_id: of dbt.
        read: the `raw_state` of the rows that it read.
    """
    _write(connection, {"revoked": "`dbt` began", "invocation_id": invocation_id, "raw_state": read})


def revoke_in(build: Path, reason: str) -> None:
    """Revoke the state of the build at that path, if there is one."""
    if build.exists():
        with warehouse.connect(build) as connection, warehouse.transaction(connection):
            revoke(connection, reason)


def record(
    run_id: str,
    invocation_id: str,
    *,
    models: int,
    tests: int,
    variables: dict[str, Any] | None = None,
    code: built_code.Code | None = None,
    made: Collection[str] | None = None,
) -> None:
    """Give the current build its state, if no other dbt has started on it since and raw is unchanged.

    Args:
        run_id: of the run that ran dbt.
        invocation_id: of a dbt that has built and tested everything.
        models: how many models, seeds and snapshots it built.
        tests: how many data tests passed.
        variables: of dbt, as they were given on its command line.
        code: that built all rows; None leaves what is recorded.
        made: `schema.name` of all that dbt makes; what else is in its layers is dropped. None leaves all.
    """
    with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
        found = _read(connection)
        began = (found.get("invocation_id"), found.get("raw_state"))
        if "revoked" in found and began == (invocation_id, raw_state(connection)):
            store(connection, run_id, invocation_id, models=models, tests=tests, variables=variables)
            built_code.note_tested(connection)
            if code is not None:
                built_code.store(connection, code)
            if made is not None:
                _drop_leftovers(connection, made)


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
    standard = declared().variables.items()
    changed = {name: value for name, value in (variables or {}).items() if (name, value) not in standard}
    state = BuildState(run_id, invocation_id, raw_state(connection), models, tests, built_at, changed)
    _write(connection, asdict(state))


def built_by() -> str | None:
    """Return the run or command that built and tested the current build; None if it has changed since."""
    build = settings().build_path
    if not build.exists():
        return None
    with warehouse.connect(build, read_only=True) as connection:
        return _read(connection).get("run_id")


def require(run_id: str | None, *, is_what_if: bool = False) -> BuildState:
    """Return the state of the current build.

    Args:
        run_id: of the run that wants to use it; None to audit it, whichever run built it.
        is_what_if: the build may have other variables of dbt than the standard result.

    Raises:
        WarehouseInvalid: dbt has not built and tested all of it, for this run, from the current raw rows.
    """
    build, use = settings().build_path, _use(run_id)
    if not build.exists():
        raise WarehouseInvalid(f"{build} is missing. Expected a build to {use}; run `make run`.")
    if is_damaged():
        raise WarehouseInvalid(
            f"{build} cannot be {use}ed: found that it is marked as damaged. Expected a sound one; run"
            " `make run` or `make restore`. The published database is unchanged."
        )
    with warehouse.connect(build, read_only=True) as connection:
        return require_in(connection, run_id, is_what_if=is_what_if)


def require_in(
    connection: duckdb.DuckDBPyConnection, run_id: str | None, *, is_what_if: bool = False
) -> BuildState:
    """Return the state of the current build, or of a copy of it; see `require`.

    Raises:
        WarehouseInvalid: dbt has not built and tested all of it, for this run, from the current raw rows.
    """
    found = _read(connection)
    if "revoked" in found:
        raise _refusal(f"{found['revoked']}, and dbt has not built and tested it since", run_id)
    state = BuildState(**found)
    if run_id not in (None, state.run_id):
        raise _refusal(f"it was built by {state.run_id}", run_id)
    if state.variables and not is_what_if:
        raise _refusal(f"it was built as a what-if, with {state.variables}", run_id)
    if state.raw_state != raw_state(connection):
        raise _refusal("the raw rows have changed since it was built", run_id)
    return state


def drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the records from a copy of the build that is to be published."""
    connection.execute(f"drop table if exists {TABLE}")
    built_code.drop(connection)


def note_damage() -> None:
    """Mark the current build, if there is one, as damaged: nothing publishes it, the next run rebuilds it."""
    with suppress(FileNotFoundError):
        _damage_mark().touch()


def is_damaged() -> bool:
    """Return whether the current build is marked as damaged."""
    return _damage_mark().exists()


def forget_damage() -> None:
    """Remove the mark from a build that was rebuilt."""
    _damage_mark().unlink(missing_ok=True)


def raw_state(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a hash of every column of every load: a refused delivery changes it too, for models read the
    ledger. The macro `revoke_build_state` has the same query.
    """
    ((state,),) = connection.execute(
        "select md5(coalesce(string_agg(loads::varchar, chr(10) order by load_id), ''))"
        " from raw.loads as loads"
    ).fetchall()
    return str(state)


def _refusal(found: str, run_id: str | None) -> WarehouseInvalid:
    use, where = _use(run_id), f" in {run_id}" if run_id else ""
    return WarehouseInvalid(
        f"{settings().build_path} cannot be {use}ed: found that {found}. Expected that dbt has built and"
        f" tested all of it{where}, from the rows that raw has; run `make run`, or"
        f" `make dbt ARGS=build` and `make {use}`. The published database is unchanged."
    )


def _use(run_id: str | None) -> str:
    """The command that wants to use the build."""
    return "publish" if run_id else "audit"


def _read(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    try:
        found = connection.execute(f"select state from {TABLE}").fetchone()
    except duckdb.CatalogException:
        found = None
    return json.loads(found[0]) if found else {"revoked": "it was just created"}


def _drop_leftovers(connection: duckdb.DuckDBPyConnection, made: Collection[str]) -> None:
    """Drop what models had built that were removed or renamed since: it is stale, and would be published."""
    for kind in ("view", "table"):
        found = connection.execute(
            f"select schema_name, {kind}_name from duckdb_{kind}s() where not internal"
            " and database_name = current_database() and not list_contains(?, schema_name)",
            [built_code.NOT_LAYERS],
        ).fetchall()
        for schema, name in found:
            if f"{schema}.{name}" not in made:
                connection.execute(f"drop {kind} {duckdb.ColumnExpression(schema, name)}")


def _write(connection: duckdb.DuckDBPyConnection, state: dict[str, Any]) -> None:
    connection.execute(
        f"create or replace table {TABLE} as select $state::varchar as state", {"state": json.dumps(state)}
    )


def _damage_mark() -> Path:
    return settings().build_path.with_name(DAMAGED)
