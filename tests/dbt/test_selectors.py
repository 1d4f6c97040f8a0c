"""The selectors that docs/commands.md offers: each is known to dbt, and selects what it says."""

from collections.abc import Callable
from typing import Any

import yaml

from include.pipeline.core.settings import PROJECT_DIR, declared
from tests.dbt.conftest import Completed

MODELS = ("--quiet", "--resource-type", "model", "--output", "name")


def test_each_selector_selects_what_it_says(dbt: Callable[..., Completed], manifest: dict[str, Any]) -> None:
    """The models that it names and those that they need, of one kind, or of the layers for readers."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    of_readers = {name for name, node in models.items() if node["schema"] in ("marts", "reports")}
    kinds = {name: node["config"]["materialized"] for name, node in models.items()}
    expected = {
        "headline": with_parents(manifest, "rpt_rebooking"),
        "user_items": with_parents(manifest, "fct_user_items"),
        "incremental": {name for name, kind in kinds.items() if kind == "incremental"},
        "results": of_readers,
    }
    found = {}
    for selector in selectors():
        listed = dbt("ls", "--selector", selector, *MODELS)
        assert listed.returncode == 0, listed.stdout
        found[selector] = set(listed.stdout.split())
    assert found == expected
    assert all(set() < names < models.keys() for names in found.values())


def test_each_selector_is_documented() -> None:
    """docs/commands.md has it."""
    commands = (PROJECT_DIR / "docs" / "commands.md").read_text(encoding="utf-8")
    for selector in selectors():
        assert f"`{selector}`" in commands


def selectors() -> list[str]:
    content = yaml.safe_load((declared().dbt_project / "selectors.yml").read_text(encoding="utf-8"))
    return [selector["name"] for selector in content["selectors"]]


def with_parents(manifest: dict[str, Any], model: str) -> set[str]:
    """Return the names of a model and of all models that it is built from."""
    nodes = manifest["nodes"]
    found, new = set(), {f"model.mentoring.{model}"}
    while new:
        found |= new
        new = {parent for name in new for parent in nodes[name]["depends_on"]["nodes"]} - found
        new = {name for name in new if name.startswith("model.")}
    return {nodes[name]["name"] for name in found}
