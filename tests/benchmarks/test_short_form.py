"""The short form of `make bench`: that it runs, not what it measures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.contestants import CONTESTANTS
from include.mentoring.settings import PROJECT_DIR

pytestmark = pytest.mark.airflow


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """Every contestant but the one of minutes ends well, and the results say what each took."""
    command = [sys.executable, "-m", "benchmarks", "--short", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {result["contestant"] for result in kept["results"]} == {*CONTESTANTS} - {"local mode"}
    assert [result["failure"] for result in kept["results"] if result["failure"]] == []
    assert all(result["seconds"] > 0 and result["peak_mb"] > 0 for result in kept["results"])
    assert (tmp_path / "results.md").read_text(encoding="utf-8") == done.stdout.removesuffix("\n")
