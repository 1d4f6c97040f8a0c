"""The short form of `make bench`: that it runs, not what it measures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.contestants import CONTESTANTS
from include.pipeline.core.settings import PROJECT_DIR
from tests.support import needs

pytestmark = pytest.mark.slow
ON_SPARK = {name for name, contestant in CONTESTANTS.items() if contestant.is_on_spark}


def results(folder: Path, *asked: str) -> list[dict[str, Any]]:
    """Run the benchmark; return its results, once they are whole."""
    command = [sys.executable, "-m", "benchmarks", *asked, "--out", str(folder)]
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert [result["failure"] for result in kept["results"] if result["failure"]] == []
    assert all(result["seconds"] > 0 and result["peak_mb"] > 0 for result in kept["results"])
    assert (folder / "results.md").read_text(encoding="utf-8") == done.stdout.removesuffix("\n")
    return kept["results"]


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """Every contestant but the one of minutes ends well, and the results say what each took."""
    found = results(tmp_path, "--short")
    assert {result["contestant"] for result in found} == {*CONTESTANTS} - {"local mode"} - ON_SPARK


def test_the_benchmark_runs_on_spark(tmp_path: Path) -> None:
    """And says what its executors did."""
    needs.spark()
    asked = ("--only", "spark, 2 workers", "--events", "842", "--rounds", "1")
    (found,) = results(tmp_path, *asked)
    work = found["runs"][0]["work"]
    assert work["spilled_mb"] == 0
    assert all(value > 0 for name, value in work.items() if name != "spilled_mb")
