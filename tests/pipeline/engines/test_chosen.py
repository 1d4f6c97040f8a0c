"""The engines stand behind an interface, and a run loads only the one that it has chosen."""

import ast
from pathlib import Path

import pytest

from include.pipeline.core.settings import DUCKDB, PROJECT_DIR, SPARK
from tests.support.imports import printed_by

ENGINES = "include/pipeline/engines"
PYTHON = {
    str(path.relative_to(PROJECT_DIR)): path
    for folder in ("include", "dags", "plugins")
    for path in (PROJECT_DIR / folder).rglob("*.py")
}
IMPLEMENTATIONS = (f"{ENGINES}/spark/", f"{ENGINES}/duckdb_engine.py", f"{ENGINES}/chosen.py")
STAGES = (
    "include.pipeline.ingest.landing",
    "include.pipeline.maintenance.cleanup",
    "include.pipeline.maintenance.rebuild_raw",
    "include.pipeline.orchestration.stages",
    "include.pipeline.transform.dbt_build",
    "include.pipeline.transform.dbt_cli",
)


def questions(code: str) -> set[str]:
    """Return by what the code tells engines apart: the setting, its constants, or names that are compared."""
    nodes = list(ast.walk(ast.parse(code)))
    compared = [part for node in nodes if isinstance(node, ast.Compare) for part in ast.walk(node)]
    names = {part.value for part in compared if isinstance(part, ast.Constant)} & {DUCKDB, SPARK}
    names |= {node.id for node in nodes if isinstance(node, ast.Name)} & {"DUCKDB", "SPARK"}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)} & {
        "DUCKDB",
        "SPARK",
        "engine",
    }


def imports(code: str) -> set[str]:
    """Return the modules that the code imports, wherever it does."""
    nodes = list(ast.walk(ast.parse(code)))
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {
        f"{node.module}.{name.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    return whole | parts


def read(path: Path) -> str:
    """Return the code of a module."""
    return path.read_text(encoding="utf-8")


def test_nobody_else_asks_which_engine_is_chosen() -> None:
    """The settings choose its folder, `chosen.py` its class; nothing else compares the names of engines."""
    asking = {name for name, path in PYTHON.items() if questions(read(path))}
    assert {name for name in asking if not name.startswith(ENGINES)} <= {"include/pipeline/core/settings.py"}
    assert f"{ENGINES}/chosen.py" in asking


def test_nobody_else_imports_an_implementation() -> None:
    """Nothing but an engine's own modules and `chosen.py` names a module of an engine."""
    inner = (f"{ENGINES}/spark".replace("/", "."), f"{ENGINES}/duckdb_engine".replace("/", "."))
    importing = {
        name for name, path in PYTHON.items() if any(each.startswith(inner) for each in imports(read(path)))
    }
    assert {name for name in importing if not name.startswith(IMPLEMENTATIONS)} == set()
    assert f"{ENGINES}/chosen.py" in importing


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("settings().engine == SPARK", {"engine", "SPARK"}),
        ("1 if chosen in ('spark',) else 2", {"spark"}),
        ("'duckdb' != name", {"duckdb"}),
        ("{settings.DUCKDB: 1}[name]", {"DUCKDB"}),
        ("engine().queue == 'warehouse'", set()),
    ],
)
def test_a_question_is_found(code: str, found: set[str]) -> None:
    """A comparison with an engine's name, or of the setting."""
    assert questions(code) == found


@pytest.mark.parametrize(("engine", "other"), [(DUCKDB, "spark."), (SPARK, "duckdb_engine")])
def test_a_run_loads_only_the_chosen_engine(engine: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage, the DAG and the engine's storage are loaded; of the other engine nothing is."""
    monkeypatch.setenv("MENTOR_ENGINE", engine)
    code = (
        "import json, sys; sys.path.insert(0, 'dags'); import mentor_tier_report;"
        f"import {', '.join(STAGES)};"
        "from include.pipeline.engines.chosen import storage; storage();"
        "print(json.dumps([name for name in sys.modules if name.startswith('include.pipeline.engines.')]))"
    )
    loaded = printed_by(code)
    assert "include.pipeline.engines.base" in loaded
    assert [name for name in loaded if name.startswith(f"include.pipeline.engines.{other}")] == []
