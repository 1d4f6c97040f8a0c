"""Keeps what dbt's artifacts say of each model and test, for the pages: dbt's next build replaces them."""

from collections import ChainMap
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from include.pipeline.core import trial
from include.pipeline.core.settings import settings
from include.pipeline.quality import dbt_results
from include.pipeline.quality.dbt_results import FAILED, NOT_RUN, PASSED, TEST, WARNED, DbtResults, NodeResult
from include.pipeline.quality.verdict import CRITICAL, WARNING
from include.pipeline.transform import artifacts, failures

OUTCOMES = {"success": PASSED, "pass": PASSED, "warn": WARNED, **dict.fromkeys(failures.FAILED, FAILED)}
# A message may hold the whole SQL of a model.
MAX_MESSAGE_CHARS = 2_000
WITHOUT_ROWS = ("view", "ephemeral")


def record(run_id: str, target: Path) -> None:
    """Keep the results of a build, whether it succeeded or not; nothing where dbt came to no model.

    Args:
        run_id: of the run, or command.
        target: the folder of dbt's artifacts.
    """
    results, manifest = artifacts.read(target, artifacts.RESULTS), artifacts.read(target, "manifest")
    if results is None or manifest is None:
        return
    nodes = manifest["nodes"]
    found = [
        (nodes[result["unique_id"]], result)
        for result in results["results"]
        if nodes.get(result["unique_id"], {}).get("resource_type") in artifacts.AUDITED
    ]
    messages = failures.describe(target)
    rows = _rows(node for node, result in found if result["status"] == "success")
    kept = tuple(_result(node, result, manifest, messages, rows) for node, result in found)
    invocation_id = str(results["metadata"]["invocation_id"])
    dbt_results.write(DbtResults(run_id, invocation_id, trial.is_current(), kept))


def _result(
    node: dict[str, Any],
    result: dict[str, Any],
    manifest: dict[str, Any],
    messages: dict[str, str],
    rows: dict[str, int],
) -> NodeResult:
    unique_id = result["unique_id"]
    outcome = OUTCOMES.get(result["status"], NOT_RUN)
    is_test = node["resource_type"] == TEST
    message = messages.get(unique_id) or (result["message"] if outcome == WARNED else "") or ""
    return NodeResult(
        node=unique_id,
        kind=node["resource_type"],
        name=_test_name(node) if is_test else node["name"],
        subject=_subject(node, manifest) if is_test else _table(node),
        severity=_severity(node) if is_test else None,
        owner=_owner(node, manifest),
        outcome=outcome,
        seconds=round(result["execution_time"], 3),
        rows=rows.get(_table(node)),
        failed_rows=result["failures"] if is_test else None,
        message=message if len(message) <= MAX_MESSAGE_CHARS else f"{message[:MAX_MESSAGE_CHARS]}…",
    )


def _test_name(node: dict[str, Any]) -> str:
    """The rule as words: its description, else `not null: user_id`, or the name of a singular test."""
    if node.get("description"):
        return str(node["description"])
    generic = node.get("test_metadata")
    if not generic:
        return str(node["name"]).replace("_", " ")
    given = {name: value for name, value in generic["kwargs"].items() if name != "model"}
    values = [given["column_name"]] if "column_name" in given else list(given.values())
    shown = ", ".join(
        str(each) for value in values for each in (value if isinstance(value, list) else [value])
    )
    return f"{generic['name'].replace('_', ' ')}: {shown}" if shown else generic["name"].replace("_", " ")


def _subject(node: dict[str, Any], manifest: dict[str, Any]) -> str:
    read = ChainMap(manifest["nodes"], manifest.get("sources", {}))
    attached = node.get("attached_node")
    names = [attached] if attached else node["depends_on"]["nodes"]
    return ", ".join(_table(read[name]) for name in names if name in read)


def _table(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node.get('alias') or node['name']}"


def _severity(node: dict[str, Any]) -> str:
    return CRITICAL if node["config"]["severity"].lower() == "error" else WARNING


def _owner(node: dict[str, Any], manifest: dict[str, Any]) -> str | None:
    group = manifest.get("groups", {}).get(f"group.{node['package_name']}.{node.get('group')}")
    return group["owner"].get("name") or group["owner"].get("email") if group else None


def _rows(nodes: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Count the rows of what was built; what cannot be read is left out."""
    # Not at the top of the file: they load DuckDB, and the DAG is parsed every few seconds.
    import duckdb

    from include.pipeline.core import warehouse

    counts = {}
    with suppress(duckdb.Error), warehouse.connect(settings().build_path, read_only=True) as connection:
        for node in nodes:
            if node["config"].get("materialized") not in WITHOUT_ROWS:
                table = duckdb.ColumnExpression(node["schema"], node["alias"])
                with suppress(duckdb.Error):
                    ((counts[_table(node)],),) = connection.execute(
                        f"select count(*) from {table}"
                    ).fetchall()
    return counts
