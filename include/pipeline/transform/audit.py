"""The audit: a full build of a copy of the build, whose tables must equal those of the incremental one.

A row of a build is of the run that last touched it. The audit shows that it is the one that all raw rows give
today. What depends on the run is in none of the tables that dbt makes: `raw` has the times of loads, and the
schema `audit` what tests found, some of them by the data date of their run. These schemas are not compared.
"""

import logging
from collections.abc import Callable
from typing import Any

from include.pipeline.core import build_state, built_code, diagnostics, fingerprints, lock, trial, warehouse
from include.pipeline.core.build_state import BuildState
from include.pipeline.core.errors import AuditFailed, WarehouseInvalid
from include.pipeline.maintenance import build_copies
from include.pipeline.maintenance.build_copies import AUDIT
from include.pipeline.transform import artifacts, dbt_cli, failures, model_code

Tables = dict[str, dict[str, Any]]

log = logging.getLogger(__name__)


def audit_build(run: str, notify: Callable[[str], None] = log.warning) -> str:
    """Compare the current build with a full build of a copy of it; return the outcome as a sentence.

    The warehouse lock is held only while the build is copied. The build, its state and what is published stay
    as they are.

    Args:
        run: name of the run or command.
        notify: receives a line about the run that it waits for.

    Raises:
        AuditFailed: tables differ, or the full build fails.
        WarehouseInvalid: dbt has not built and tested all of the build, or its models have changed since.
        WarehouseBusy: another run or audit is at work.
        UserFacingError: the machine lacks room or memory.
    """
    with diagnostics.explained(), build_copies.of_audit():
        with lock.held(run, notify):
            state = _require_tested()
            build_copies.make(AUDIT)
        incremental = _tables()
        _build(state)
        full = _tables()
    differing = [
        f"  {table}: {_rows(incremental.get(table))} in the incremental build,"
        f" {_rows(full.get(table))} in the full one"
        for table in sorted(incremental | full)
        if incremental.get(table) != full.get(table)
    ]
    if differing:
        raise AuditFailed(
            f"The build of {state.run_id} differs from a full build of the same raw rows: found\n"
            + "\n".join(differing)
            + f"\nExpected the same rows in all {len(full)} tables. `make restore` rebuilds them from raw and"
            " publishes them. Report it as a defect of the incremental models, unless a model has changed"
            f" since {state.built_at}."
        )
    rows = sum(found["rows"] for found in full.values())
    return f"The build equals a full build: {len(full)} tables, {rows:,} rows"


def _require_tested() -> BuildState:
    if trial.is_current():
        raise WarehouseInvalid(
            "The current build is that of a trial run. Expected one to audit; run `make run`."
        )
    return build_state.require(None)


def _tables() -> Tables:
    """Fingerprint what dbt made in the copy."""
    with warehouse.connect(build_copies.path(AUDIT), read_only=True) as connection:
        return fingerprints.of_tables(connection, without=built_code.NOT_LAYERS)


def _build(state: BuildState) -> None:
    """Build all rows in the copy, and test them."""
    with warehouse.connect(build_copies.path(AUDIT), read_only=True) as connection:
        built_by = built_code.read(connection)
    done, results = dbt_cli.build_copy(AUDIT)
    code = artifacts.read_code(results)
    if built_by and code and (changed := model_code.difference(built_by, code)):
        raise WarehouseInvalid(
            f"The build of {state.run_id} cannot be audited: found that the code of {changed} has changed"
            " since. Expected the code that built its rows; run `make run`, and then `make audit`."
        )
    if fault := diagnostics.of_words(done.stdout) if done.returncode else None:
        raise fault
    if done.returncode:
        raise AuditFailed(
            "The full build of the audit failed: found\n"
            f"{failures.list_failed(results) or done.stdout}\nExpected that all models are built and all"
            f" tests pass, as in the build of {state.run_id}; run `make restore`, which shows failing rows."
        )


def _rows(found: dict[str, Any] | None) -> str:
    return f"{found['rows']:,} rows (fingerprint {found['fingerprint']})" if found else "no such table"
