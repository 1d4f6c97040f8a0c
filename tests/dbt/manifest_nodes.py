"""Nodes of dbt's manifest, as tests of the project look at them."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

Node = dict[str, Any]
Some = TypeVar("Some", bound=Collection[Any])


def some(collection: Some) -> Some:
    """Return the collection, which is not empty: a loop over nothing would prove nothing."""
    assert collection
    return collection


def of_type(manifest: Node, resource_type: str) -> list[Node]:
    return some([node for node in manifest["nodes"].values() if node["resource_type"] == resource_type])


def layer(node: Node) -> str:
    return "source" if node["resource_type"] == "source" else Path(node["original_file_path"]).parts[1]


def parents(manifest: Node, node: Node) -> list[Node]:
    """Return the models, seeds and sources that a node reads."""
    return [manifest["nodes"].get(name) or manifest["sources"][name] for name in node["depends_on"]["nodes"]]
