"""The page that dbt's docs open with: its links lead to what there is, and its queries run."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.test_conventions import LAYERS


@pytest.fixture(scope="module")
def overview(manifest: dict[str, Any]) -> str:
    return manifest["docs"]["doc.mentoring.__overview__"]["block_contents"]


def test_its_links_lead_to_what_there_is(overview: str, manifest: dict[str, Any]) -> None:
    """Tables under their own names: one of each layer of dbt, and ten for readers."""
    links = re.findall(r"\[(\w+)\]\(#!/model/([\w.]+)\)", overview)
    linked = [manifest["nodes"][node] for _, node in links]
    assert [name for name, _ in links] == [node["name"] for node in linked]
    entries, tables = linked[: len(LAYERS)], linked[len(LAYERS) :]
    assert [node["schema"] for node in entries] == list(LAYERS)
    assert len(tables) == 10
    assert {node["access"] for node in tables} == {"public"}
    assert set(re.findall(r"#!/exposure/([\w.]+)", overview)) == set(manifest["exposures"])
    assert {source["source_name"] for source in manifest["sources"].values()} == set(
        re.findall(r"#!/source_list/(\w+)", overview)
    )


def test_its_queries_run(overview: str, built: Path) -> None:
    """On the tables as they are built."""
    queries = re.findall(r"```sql\n(.*?)```", overview, re.DOTALL)
    assert len(queries) == 3
    with duckdb.connect(str(built), read_only=True) as connection:
        for query in queries:
            connection.execute(query).fetchall()
