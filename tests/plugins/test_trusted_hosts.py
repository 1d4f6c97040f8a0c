"""The web server answers under its own names alone."""

import runpy
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from include.pipeline.core.settings import PROJECT_DIR
from tests.pipeline.ui.webserver import Server, serving

PATHS = ["/", "/api/v2/monitor/health", "/mentoring/reports/", "/auth/login"]


@pytest.fixture(scope="module")
def webserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return Airflow's web server with the project's plugins."""
    with serving(tmp_path_factory.mktemp("webserver")) as server:
        yield server


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:8080", "127.0.0.1.example", ""])
def test_a_foreign_name_gets_nothing(path: str, host: str, webserver: Server) -> None:
    """A site whose name points at this machine reads neither a page nor the API."""
    answer = webserver.ask("GET", path, Host=host)
    assert (answer.status, answer.text) == (400, "Invalid host header")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1"])
def test_this_machine_is_answered(path: str, host: str, webserver: Server) -> None:
    """Under any port, as another may lead to it."""
    assert webserver.ask("GET", path, Host=host).status != 400


def test_the_addresses_of_readers_and_of_tasks_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that a proxy passes on is that of the web UI's address."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://api-server:8080/execution/")
    plugin = runpy.run_path(str(PROJECT_DIR / "plugins" / "trusted_hosts.py"))
    client = TestClient(plugin["only_own_names"](FastAPI()))
    hosts = ("airflow.example", "api-server:8080", "other.example")
    assert [client.get("/", headers={"Host": host}).status_code for host in hosts] == [404, 404, 400]


def test_the_api_is_not_explored_in_the_browser(webserver: Server) -> None:
    """Swagger's and ReDoc's pages would load scripts from elsewhere."""
    for path in ("/docs", "/redoc"):
        page = webserver.get(path).text.lower()
        assert "swagger" not in page and "redoc" not in page
