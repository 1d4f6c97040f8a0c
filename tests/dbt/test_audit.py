"""The schema `audit` of the build: the failing rows of every data test that stops a run, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import duckdb
import pytest


@pytest.fixture(scope="module")
def data_tests(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert {test["config"]["severity"].lower() for test in tests} == {"error", "warn"}
    return tests


def test_what_stops_a_run_stores_its_rows_and_what_warns_does_not(data_tests: list[dict[str, Any]]) -> None:
    """A test with `severity: warn` says `store_failures: false` next to it; the others say nothing."""
    for test in data_tests:
        stops = test["config"]["severity"].lower() == "error"
        assert test["config"]["store_failures"] is stops, test["name"]
        assert test["schema"] == "audit", test["name"]


def test_no_two_tests_store_in_one_table(data_tests: list[dict[str, Any]]) -> None:
    """The second would replace the rows of the first."""
    tables = [test["alias"].lower() for test in data_tests]
    assert len(tables) == len(set(tables))


def test_a_test_that_passes_leaves_an_empty_table(
    built: Path, dbt: Callable[..., CompletedProcess[str]], data_tests: list[dict[str, Any]]
) -> None:
    """What is in the audit is of the latest build: a test that passes takes the rows of before away."""
    done = dbt("test", "--select", "rpt_files,test_type:data", "is_fresh")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(built, read_only=True) as connection:
        counts = dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'audit'"
            ).fetchall()
        )
    aliases = {test["alias"] for test in data_tests if test["config"]["severity"].lower() == "error"}
    assert counts and counts.keys() <= aliases
    assert set(counts.values()) == {0}
