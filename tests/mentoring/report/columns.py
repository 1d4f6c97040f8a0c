"""The columns of the tables of `reports`, as dbt's contracts declare them."""

import json
from functools import cache

from include.pipeline.core.settings import declared

SCHEMA = "reports"


@cache
def contracts() -> dict[str, dict[str, str]]:
    """Return the columns and types of each table of `reports`, from the manifest that `make setup` writes."""
    nodes = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        node["name"]: {name: column["data_type"] for name, column in node["columns"].items()}
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
    }
