"""What runs leave behind, written by hand: a ledger, rejected rows, results of the gate and of dbt."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from include.pipeline.core import warehouse
from include.pipeline.core.settings import Settings
from include.pipeline.ingest import raw_tables
from include.pipeline.quality import dbt_results
from include.pipeline.quality.dbt_results import DbtResults, NodeResult
from include.pipeline.quality.verdict import Check


def a_load(load_id: int, **changes: Any) -> raw_tables.Load:
    """Return a row of the ledger."""
    return {
        "load_id": load_id,
        "source": "users",
        "file_name": f"users-{load_id}.csv",
        "sha256": f"{load_id:064}",
        "size_bytes": 10,
        "rows_in_file": 4321,
        "rows_loaded": 4310,
        "rows_rejected": 8,
        "rows_duplicate": 3,
        "ignored_columns": [],
        "data_date": date(2031, 5, 2),
        "redelivered_on": [],
        "content_load_id": load_id,
        "status": "accepted",
        "reason": None,
        "origin": "own",
        "loaded_at": datetime(2031, 5, 3, 4, 5, 6),
        **changes,
    }


def publish(
    folders: Settings, loads: list[raw_tables.Load], rejected: Iterable[tuple[Any, ...]] = ()
) -> None:
    """Publish a raw layer with these loads and rejected rows."""
    with warehouse.connect(folders.published_path) as connection:
        raw_tables.create(connection)
        raw_tables.put_loads(connection, loads)
        for row in rejected:
            connection.execute("insert into raw.rejected_rows values (?, ?, ?, ?, ?)", row)


def a_check(name: str, severity: str, passed: bool, **changes: Any) -> Check:
    """Return the outcome of a check of users.user_id."""
    return Check(
        **{
            "table": "users",
            "column": "user_id",
            "name": name,
            "description": f"the rule {name}",
            "severity": severity,
            "passed": passed,
            "failed_rows": None if passed else 2,
            "rows": 4,
            "sample_of": "user_id",
            "sample": () if passed else ("7", "8"),
            "error": None,
            **changes,
        }
    )


def judge(folders: Settings, run: str, at: int, *checks: Check) -> None:
    """Write the gate's results of a run as of so many seconds of the epoch."""
    path = folders.quality_dir / "results" / f"{run}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"run_id": run, "passed": True, "checks": list(map(asdict, checks))}), encoding="utf-8"
    )
    os.utime(path, (at, at))


def a_test(name: str, outcome: str = "passed", **changes: Any) -> NodeResult:
    """Return the result of a data test of marts.fct_sessions."""
    has_failed = outcome in ("warned", "failed")
    return NodeResult(
        **{
            "node": f"test.{name}",
            "kind": "test",
            "name": name,
            "subject": "marts.fct_sessions",
            "severity": "critical",
            "owner": "a-team",
            "outcome": outcome,
            "seconds": 0.1,
            "rows": None,
            "failed_rows": 3 if has_failed else 0,
            "message": f"{name} found 3 rows" if has_failed else "",
            **changes,
        }
    )


def a_model(name: str, outcome: str = "passed", **changes: Any) -> NodeResult:
    """Return the result of a model of marts."""
    return a_test(
        name,
        outcome,
        **{
            "node": f"model.{name}",
            "kind": "model",
            "subject": f"marts.{name}",
            "severity": None,
            "failed_rows": None,
            "rows": 7,
            **changes,
        },
    )


def build(run: str, at: int, *nodes: NodeResult, is_trial: bool = False, invocation: str = "none") -> None:
    """Keep what dbt found in a run as of so many seconds of the epoch."""
    dbt_results.write(DbtResults(run, invocation, is_trial, nodes))
    os.utime(dbt_results.folder() / f"{run}.json", (at, at))
