"""A run by hand does without what only a deployment needs, and Airflow works all the same."""

from typing import Any

from tests import imports


def told_by(code: str) -> Any:
    """Return what the code tells: what is spared is spared for good, so in a process of its own."""
    return imports.told_by(f"import json\nfrom include.mentoring import sparing\n{code}")


def test_commits_of_airflow_wait_for_no_disk_and_duckdb_is_left_alone() -> None:
    """NORMAL, which is 1, is safe with a log that is written ahead; DuckDB knows no such setting."""
    code = """
from sqlalchemy import create_engine, text
sparing.begin()
with create_engine("sqlite://").connect() as records, create_engine("duckdb://").connect() as data:
    print(json.dumps([records.scalar(text("pragma synchronous")), data.scalar(text("select 42"))]))
"""
    assert told_by(code) == [1, 42]


def test_the_api_that_is_left_is_the_one_that_tasks_speak() -> None:
    """In the newest version, as Airflow's own client asks for it; made of all routes without a fault."""
    code = """
import airflow
sparing.keep_newest_api()
from airflow.sdk.api.datamodels._generated import API_VERSION
from airflow.sdk.execution_time.supervisor import InProcessTestSupervisor, in_process_api_server
answer = InProcessTestSupervisor._api_client().get("health/ping")
versions = list(in_process_api_server().app.router.versioned_routers)
print(json.dumps([API_VERSION == str(versions[0]), len(versions)]))
"""
    assert told_by(code) == [True, 2]
