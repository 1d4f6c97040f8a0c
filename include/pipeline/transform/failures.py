"""Why a dbt build failed, in the errors of Airflow's tasks: which test and rows, which model and its SQL.

dbt leaves the failing rows of a test in the schema `audit` of the build. Only the build has it: it is not
published (publication.py).
"""

import re
from pathlib import Path
from typing import Any

from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared, settings
from include.pipeline.transform import artifacts

FAILED = ("error", "fail", "runtime error")
# Errors of DuckDB, Spark and dbt that the same SQL raises again on the same data.
CERTAIN = re.compile(
    r"SQLSTATE: (?:22|42|P0)|enforced contract|\b(Binder|Catalog|Parser|Syntax|Conversion|Constraint"
    r"|Mismatch Type|Not implemented|Out of Range|Compilation|Type|Dependency) Error",
    re.IGNORECASE,
)
ROWS_SHOWN = 5
VALUE_WIDTH = 60


class BuildFailed(UserFacingError):
    """Tests or models of dbt failed; nothing after them was built.

    Attributes:
        messages: by the unique id of the test or model.
        is_transient: True if a retry may succeed: no failure is certain to repeat.
    """

    def __init__(self, messages: dict[str, str], *, is_transient: bool) -> None:
        super().__init__("\n\n".join(messages.values()))
        self.messages = messages
        self.is_transient = is_transient


def raise_all(target: Path) -> None:
    """Fail the task that ran dbt with all that failed.

    Args:
        target: the folder of dbt's artifacts.

    Raises:
        BuildFailed: something failed. An error before the first model (of a file, of the connection) is
            none of these: dbt has left no results then.
    """
    messages = describe(target)
    if messages:
        raise BuildFailed(messages, is_transient=_is_transient(target))


def describe(target: Path) -> dict[str, str]:
    """Return a message for each failed test and model, by unique id, in the order in which they failed.

    Args:
        target: the folder of dbt's artifacts. The SQL of what could not run is copied from it to the build.
    """
    failed = _failed(target)
    if not failed:
        return {}
    nodes = (artifacts.read(target, "manifest") or {"nodes": {}})["nodes"]
    return {
        result["unique_id"]: _message(nodes[result["unique_id"]], result)
        for result in failed
        if result["unique_id"] in nodes
    }


def list_failed(target: Path) -> str:
    """Return a line for each failed test and model with dbt's message; "" if none failed.

    Args:
        target: the folder of dbt's artifacts.
    """
    return "\n".join(f"  {result['unique_id']}: {result['message']}" for result in _failed(target))


def _is_transient(target: Path) -> bool:
    """Return whether no failure is certain to repeat with the same data and SQL."""
    return all(
        result["status"] != "fail" and not CERTAIN.search(result["message"] or "")
        for result in _failed(target)
    )


def _failed(target: Path) -> list[dict[str, Any]]:
    found = artifacts.read(target, artifacts.RESULTS) or {"results": []}
    return [result for result in found["results"] if result["status"] in FAILED]


def _message(node: dict[str, Any], result: dict[str, Any]) -> str:
    subject = f"dbt {node['resource_type']} {node['name']} ({declared().dbt}/{node['original_file_path']})"
    if result["status"] == "fail":
        return f"{subject} failed: {result['message']}.\n{_failing_rows(node, result)}"
    # Not at the top of the file: they load DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.core import build_state, diagnostics

    message = f"{subject} could not run:\n{_reason(result['message'])}\n{_compiled(node['name'], result)}"
    fault = diagnostics.of_words(result["message"])
    if isinstance(fault, diagnostics.DatabaseDamaged):
        build_state.note_damage()
    return f"{message}\n{fault}" if fault else message


def _failing_rows(node: dict[str, Any], result: dict[str, Any]) -> str:
    if not result["relation_name"]:
        return "Its rows are not stored."
    import duckdb

    from include.pipeline.core import warehouse

    # Without the catalog, whose name only says that it is the build.
    table = f"{node['schema']}.{node['alias']}"
    query = f"select * from {table}"
    everything = f"All of them: {query}\n  make dbt ARGS='show --limit -1 --inline \"{query}\"'"
    try:
        with warehouse.connect(settings().build_path, read_only=True) as connection:
            found = connection.execute(f"{query} order by all limit {ROWS_SHOWN}")
            columns = [column[0] for column in found.description or []]
            rows = found.fetchall()
    except duckdb.Error as error:
        return f"Its rows could not be read: {error}\n{everything}"
    shown = "\n".join(f"  {_pairs(columns, row)}" for row in rows)
    return f"{len(rows)} of {result['failures']} failing rows:\n{shown}\n{everything}"


def _pairs(columns: list[str], row: tuple[Any, ...]) -> str:
    return ", ".join(f"{column}={_value(value)}" for column, value in zip(columns, row, strict=True))


def _value(value: Any) -> str:
    text = "null" if value is None else str(value)
    return text if len(text) <= VALUE_WIDTH else f"{text[: VALUE_WIDTH - 1]}…"


def _reason(message: str) -> str:
    """Return the database's message, without dbt's lines that name the model and a removed file."""
    lines = message.splitlines()
    if len(lines) > 1 and " Error in " in lines[0]:
        lines = lines[1:]
    return "\n".join(line for line in lines if line.strip() and "compiled code at " not in line)


def _compiled(name: str, result: dict[str, Any]) -> str:
    """Keep the SQL: dbt ran in a copy of the project that is removed afterwards."""
    if not result.get("compiled_code"):
        return "It has no compiled SQL: its Jinja failed."
    path = settings().build_path.resolve().with_name("failed") / f"{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(result["compiled_code"], encoding="utf-8")
    return f"Compiled SQL: {path}\n{result['compiled_code'].strip()}"
