"""The rules of the models, as dbt's unit tests next to them say."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest


@pytest.mark.usefixtures("built")
def test_every_unit_test_of_dbt_passes(
    dbt: Callable[..., CompletedProcess[str]], manifest: dict[str, Any], target: Path
) -> None:
    """Every unit test of the manifest is run, and every one that is run passes."""
    tested = dbt("test", "--select", "test_type:unit")
    assert tested.returncode == 0, tested.stdout
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    passed = {result["unique_id"] for result in results if result["status"] == "pass"}
    assert manifest["unit_tests"]
    assert passed == set(manifest["unit_tests"]), tested.stdout


def test_every_model_has_a_unit_test(manifest: dict[str, Any]) -> None:
    """A model holds a rule or it would not be there; the rule has an example."""
    models = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    assert models
    assert models - {test["model"] for test in manifest["unit_tests"].values()} == set()
