"""The plugin: what it costs every process of Airflow, its entries in the menu, and its pages under FAB."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from tests.pipeline.ui.webserver import PASSWORD, Server, serving

LONGEST_SECONDS = 180
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
ADD_USERS = f"""
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

with get_application_builder() as builder:
    builder.sm.sync_roles()
    for name, role in (("reader", "Viewer"), ("stranger", "Public")):
        assert builder.sm.add_user(
            name, name, name, f"{{name}}@example.org", builder.sm.find_role(role), {PASSWORD!r}
        )
"""


def test_the_plugin_imports_nothing_that_airflow_has_not() -> None:
    """Every process of Airflow imports it, and the API server alone needs what the pages are made of."""
    script = (
        "import json, runpy, sys; import airflow.plugins_manager; before = set(sys.modules);"
        " runpy.run_path('plugins/mentoring_pages.py');"
        " print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert set(json.loads(ran.stdout.splitlines()[-1])) <= {"runpy", "pkgutil", "zipimport"}


def test_the_menu_has_our_entries(tmp_path: Path) -> None:
    """Five pages in the frame of the UI, all below one heading."""
    with serving(tmp_path) as server:
        answer = server.get("/api/v2/plugins")
        (ours,) = [p for p in json.loads(answer.text)["plugins"] if p["name"] == "mentoring_pages"]
        assert [(app["url_prefix"], app["name"]) for app in ours["fastapi_apps"]] == [
            ("/mentoring", "Mentoring")
        ]
        assert [(v["name"], v["category"], v["href"], v["url_route"]) for v in ours["external_views"]] == [
            ("Tier report", "Mentoring", "mentoring/reports/", "mentoring-reports"),
            ("Quality", "Mentoring", "mentoring/quality/", "mentoring-quality"),
            ("Models", "Mentoring", "mentoring/models/", "mentoring-models"),
            ("Data", "Mentoring", "mentoring/data/", "mentoring-data"),
            ("dbt docs", "Mentoring", "mentoring/dbt/", "mentoring-dbt"),
        ]
        for view in ours["external_views"]:
            assert server.get(f"/{view['href']}", None).status == 401


@pytest.fixture(scope="module")
def with_fab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return `airflow api-server` with the auth manager of a real deployment and its roles."""
    folder = tmp_path_factory.mktemp("fab")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__AUTH_MANAGER": FAB,
        "AIRFLOW__API_AUTH__JWT_SECRET": "a secret of the tests, and nobody else's " * 2,
        "MENTOR_WAREHOUSE_DIR": str(folder / "warehouse"),
        "MENTOR_REPORT_DIR": str(folder / "reports"),
    }
    airflow = str(Path(sys.executable).with_name("airflow"))
    for command in ([airflow, "db", "migrate"], [sys.executable, "-c", ADD_USERS]):
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_SECONDS,
        )
        assert done.returncode == 0, done.stdout[-3000:]
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = Server(free.getsockname()[1])
    with (folder / "screen.log").open("wb") as screen:
        process = subprocess.Popen(
            [airflow, "api-server", "--host", "127.0.0.1", "--port", str(server.port), "--workers", "1"],
            env=environment,
            stdout=screen,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(server, process, folder / "screen.log")
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.scheduler
def test_a_real_deployment_shows_the_pages_to_its_readers(with_fab: Server) -> None:
    """FAB's roles decide: one that may read DAGs sees the pages, one without rights or a login none."""
    token = with_fab.token("reader")
    for address in ("/mentoring/reports/", "/mentoring/quality/", "/mentoring/models/", "/mentoring/data/"):
        for headers in ({"Cookie": f"_token={token}"}, {"Authorization": f"Bearer {token}"}):
            assert with_fab.ask("GET", address, **headers).status == 200
        assert with_fab.get(address, "stranger").status == 403
        assert with_fab.get(address, None).status == 401
    for address in ("/mentoring/", "/mentoring/dbt/", "/mentoring/quality/docs/", "/mentoring/no/such/page"):
        assert with_fab.get(address, None).status == 401
        assert with_fab.get(address, "stranger").status == 403


def _wait(server: Server, process: "subprocess.Popen[bytes]", screen: Path) -> None:
    """Wait until the server answers."""
    last = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < last:
        assert process.poll() is None, screen.read_text(encoding="utf-8")[-3000:]
        try:
            if server.get("/api/v2/version", None).status == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(screen.read_text(encoding="utf-8")[-3000:])
