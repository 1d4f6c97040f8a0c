"""What dbt's artifacts say about a run: the results of each node, and whether all was built and tested."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """

    invocation_id: str
    models: int
    tests: int
    variables: dict[str, Any]


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
    return Audit(
        str(results["metadata"]["invocation_id"]), len(audited) - tests, tests, arguments.get("vars") or {}
    )


def read(target: Path, name: str) -> dict[str, Any] | None:
    """Return an artifact; None if there is none, or a killed dbt left it incomplete."""
    try:
        return dict(json.loads((target / f"{name}.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def forget_results(target: Path) -> None:
    """Remove the results of an earlier dbt: a dbt that cannot start would leave them there."""
    (target / f"{RESULTS}.json").unlink(missing_ok=True)
