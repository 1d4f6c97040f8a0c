"""The code that the rows of incremental models depend on, as dbt's manifest has it, and what of it changed.

It is the code of these models and of every model that they read: SQL, macros, columns and config, the
variables and settings that these name, and the macros of dbt and its adapter. A change of any of it needs a
full refresh.
"""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from include.pipeline.core.built_code import Code

# Config that changes no row.
DESCRIBES = frozenset({"access", "docs", "freshness", "grants", "group", "meta", "persist_docs", "tags"})
NAMES = {
    "variable": re.compile(r"\bvar\(\s*['\"](\w+)['\"]"),
    "setting": re.compile(r"\benv_var\(\s*['\"](\w+)['\"]"),
}


def of_manifest(
    manifest: dict[str, Any], variables: Mapping[str, Any], environment: Mapping[str, str]
) -> Code:
    """Return the code of each incremental model and of each model that one reads, directly or not.

    Args:
        manifest: dbt's; its config and macros are those of the engine that it was parsed for.
        variables: of dbt.
        environment: has the settings.
    """
    nodes = manifest["nodes"]
    incremental = (name for name, node in nodes.items() if _materialized(node) == "incremental")
    values = {"variable": variables, "setting": environment}
    return {
        nodes[name]["name"]: _code(nodes[name], manifest, values)
        for name in sorted(_closure(incremental, nodes, "nodes"))
    }


def difference(built_by: Code, code: Code) -> str:
    """Return the models whose code is not the one that built their rows, each with what differs; "" if none.

    Args:
        built_by: what built the rows.
        code: of today.
    """
    changed = []
    for model, parts in code.items():
        before = built_by.get(model, {})
        names = [name for name in sorted({*before, *parts}) if before.get(name) != parts.get(name)]
        if names:
            changed.append(f"{model} ({', '.join(names) if before else 'new'})")
    return ", ".join(changed)


def _code(
    node: dict[str, Any], manifest: dict[str, Any], values: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    macros = manifest["macros"]
    called = [macros[name] for name in sorted(_closure(_macros(node, manifest), macros, "macros"))]
    own = [macro for macro in called if macro["package_name"] == node["package_name"]]
    of_dbt = [macro["macro_sql"] for macro in called if macro["package_name"] != node["package_name"]]
    text = "\n".join((node.get("raw_code", ""), *(macro["macro_sql"] for macro in own)))
    columns = [
        (column["name"], column["data_type"], column["constraints"]) for column in node["columns"].values()
    ]
    return {
        "SQL": node["checksum"]["checksum"],
        "columns": _hash([columns, node.get("constraints")]),
        "config": _hash({name: value for name, value in node["config"].items() if name not in DESCRIBES}),
        # Up to the minor version: a patch release changes rows only through its macros.
        "dbt or its adapter": _hash([manifest["metadata"]["dbt_version"].split(".")[:2], of_dbt]),
        "sources": _hash(
            [
                [source["name"], source["identifier"], source["config"]["meta"]]
                for name in node["depends_on"].get("nodes", ())
                if (source := manifest["sources"].get(name))
            ]
        ),
        **{f"macro {macro['name']}": _hash(macro["macro_sql"]) for macro in own},
        **{
            f"{kind} {name}": str(values[kind].get(name))
            for kind, pattern in NAMES.items()
            for name in pattern.findall(text)
        },
    }


def _macros(node: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    """The macros that a node calls, those that build it, and the project's own that replace dbt's."""
    macros = manifest["macros"].values()
    of_dbt = {macro["name"] for macro in macros if macro["package_name"] != node["package_name"]}
    builds = f"materialization_{_materialized(node)}_"
    # dbt puts its name together when it runs.
    strategy = str(node["config"].get("incremental_strategy")).replace("+", "_")
    adapter = f"{manifest['metadata']['adapter_type']}__"
    return [
        *node["depends_on"]["macros"],
        *(
            macro["unique_id"]
            for macro in macros
            if macro["name"].startswith(builds)
            or macro["name"] == f"get_incremental_{strategy}_sql"
            or (
                macro["package_name"] == node["package_name"]
                and macro["name"].removeprefix(adapter) in of_dbt
            )
        ),
    ]


def _materialized(node: dict[str, Any]) -> str:
    return str(node["config"].get("materialized"))


def _closure(names: Iterable[str], graph: dict[str, Any], kind: str) -> set[str]:
    """The names and all that they depend on; what is not in the graph, as a source, is left out."""
    found: set[str] = set()
    new = {name for name in names if name in graph}
    while new:
        found |= new
        reached = {each for name in new for each in graph[name]["depends_on"].get(kind, ())}
        new = {each for each in reached if each in graph} - found
    return found


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
