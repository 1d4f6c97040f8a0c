"""What dbt's artifacts say about a run: the results of each node, and whether all was built and tested."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.pipeline.core.built_code import Code
from include.pipeline.core.settings import declared
from include.pipeline.transform import model_code

RESULTS = "run_results"
# Statuses in dbt's results: a test that only warns has passed.
PASSED = frozenset({"success", "pass", "warn"})
AUDITED = frozenset({"model", "seed", "snapshot", "test"})
# Arguments with which dbt builds only some of the rows.
PARTIAL = ("empty", "sample", "event_time_start", "event_time_end", "defer")


@dataclass(frozen=True)
class Audit:
    """A `dbt build` that built every model and passed every data test.

    Attributes:
        invocation_id: of dbt.
        models: how many models, seeds and snapshots were built.
        tests: how many data tests passed, those that warned included.
        variables: of dbt, as they were given on its command line.
        code: of the models whose rows it adds to.
        made: `schema.name` of every table and view that dbt makes in its layers.
    """

    invocation_id: str
    models: int
    tests: int
    variables: dict[str, Any]
    code: Code
    made: frozenset[str]


def read_audit(target: Path) -> Audit | None:
    """Return what the artifacts in a folder say about a whole build; None if they are of anything else."""
    results, manifest = read(target, RESULTS), read(target, "manifest")
    if results is None or manifest is None:
        return None
    nodes = manifest["nodes"]
    audited = {name for name, node in nodes.items() if node["resource_type"] in AUDITED}
    passed = {result["unique_id"] for result in results["results"] if result["status"] in PASSED}
    arguments = results["args"]
    is_partial = any(arguments.get(name) for name in PARTIAL)
    if arguments["which"] != "build" or is_partial or not audited <= passed:
        return None
    tests = sum(nodes[name]["resource_type"] == "test" for name in audited)
    variables = arguments.get("vars") or {}
    return Audit(
        str(results["metadata"]["invocation_id"]),
        len(audited) - tests,
        tests,
        variables,
        code_of(manifest, variables),
        frozenset(
            f"{node['schema']}.{node['alias']}"
            for node in nodes.values()
            if node["resource_type"] in AUDITED - {"test"}
        ),
    )


def read_code(target: Path) -> Code | None:
    """Return the code that the artifacts in a folder are of, well built or not; None if there are none."""
    results, manifest = read(target, RESULTS), read(target, "manifest")
    if results is None or manifest is None:
        return None
    return code_of(manifest, results["args"].get("vars") or {})


def code_of(manifest: dict[str, Any], variables: Mapping[str, Any]) -> Code:
    """Return the code of a manifest, under the settings of this process.

    Args:
        manifest: dbt's.
        variables: of dbt, those that differ from the project's.
    """
    return model_code.of_manifest(manifest, {**declared().variables, **variables}, os.environ)


def read(target: Path, name: str) -> dict[str, Any] | None:
    """Return an artifact; None if there is none, or a killed dbt left it incomplete."""
    try:
        return dict(json.loads((target / f"{name}.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def forget_results(target: Path) -> None:
    """Remove the results of an earlier dbt: a dbt that cannot start would leave them there."""
    (target / f"{RESULTS}.json").unlink(missing_ok=True)
