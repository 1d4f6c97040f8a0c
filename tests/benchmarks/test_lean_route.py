"""The lean route makes the same headline table as the pipeline, with its own SQL."""

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.lean_route.__main__ import load
from benchmarks.lean_route.dbt_command import DATABASE, dbt
from include.pipeline.core.settings import PROJECT_DIR
from include.simulator.any_size import FILES
from tests.dbt import pipeline
from tests.dbt.pipeline import Pipeline

SAMPLE = PROJECT_DIR / "include" / "data"
COLUMNS = "tier, tier_category, total_users_w_sessions, rebooked_count, rebooking_rate_pct::double"


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Pipeline]:
    """Return an empty warehouse of this pipeline."""
    with pipeline.of_this_process(tmp_path / "dbt") as manifest:
        yield Pipeline(tmp_path / "ours", manifest)


def test_both_make_the_same_headline(ours: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a first delivery, for the lean route has no history."""
    ours.deliver({name: (SAMPLE / name).read_bytes() for name in FILES.values()}, date(2023, 8, 1))
    ours.build("--select", "+rpt_rebooking")
    expected = ours.rows(
        f"select {COLUMNS} from reports.rpt_rebooking"
        " where lens = 'sessions' and cohort = 'all' and not is_category_total order by all"
    )
    assert len(expected) == 3
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path))
    assert lean(tmp_path) == expected


def lean(warehouse: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the lean route's headline, once all its tests have passed."""
    load(SAMPLE, warehouse)
    done = subprocess.run(dbt(warehouse, "build"), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "PASS=44 WARN=0 ERROR=0 SKIP=0" in done.stdout
    with duckdb.connect(warehouse / DATABASE, read_only=True) as connection:
        return connection.execute(f"select {COLUMNS} from main_reports.rpt_tiers order by all").fetchall()
