"""No model compares each row of a table with each row of another one: large deliveries would never end."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from include.pipeline.core import warehouse
from include.pipeline.engines.sql_functions import Plugin

# These join with a few rows: the first and the last day, the three comparisons.
SMALL = {"dim_dates", "rpt_comparisons"}


def test_no_join_is_without_a_key(
    dbt: Callable[..., CompletedProcess[str]], built: Path, target: Path
) -> None:
    """DuckDB joins in this way where no condition is a comparison, as with an `or` in a left join."""
    compiled = dbt("compile", "--exclude", "resource_type:test", "resource_type:unit_test")
    assert compiled.returncode == 0, compiled.stdout
    models = [*(target / "compiled" / "mentoring" / "models").rglob("*.sql")]
    assert models
    with warehouse.connect(built, read_only=True) as connection:
        Plugin("duckdb_functions", {}).configure_connection(connection)
        plans = {
            model.stem: connection.execute(f"explain {model.read_text(encoding='utf-8')}").fetchall()[0][1]
            for model in models
            if model.parent.suffix != ".yml"
        }
    assert {name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan} == SMALL
    assert "HASH_JOIN" in plans["fct_sessions"]
