"""The columns of the tables that the report reads, as dbt's contracts declare them."""

import json
from functools import cache

from include.pipeline.core.settings import declared

SCHEMA = "reports"
# What the list of users reads besides.
USERS_FROM = ("fct_rebookings", "fct_sessions", "stg_events", "fct_loads")


@cache
def contracts() -> dict[tuple[str, str], dict[str, str]]:
    """Return the columns and types by schema and table, from the manifest that `make setup` writes."""
    nodes = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        (node["schema"], node["name"]): {
            name: column["data_type"] for name, column in node["columns"].items()
        }
        for node in nodes
        if node["resource_type"] == "model" and (node["schema"] == SCHEMA or node["name"] in USERS_FROM)
    }
