"""`make ui`: all parts of the local web UI listen on loopback alone, and Ctrl-C ends them all."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from include.pipeline.core.settings import PROJECT_DIR

pytestmark = [pytest.mark.scheduler, pytest.mark.smoke]

SECONDS = 240
PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


def test_the_local_ui_listens_on_loopback_alone(tmp_path: Path) -> None:
    """A login is not asked for, so nobody else may reach the web UI, or the logs of the tasks."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "shown").open("w+") as shown:
        make = subprocess.Popen(
            ["make", "ui", f"PORT={port}"],
            cwd=PROJECT_DIR,
            env={
                **os.environ,
                "AIRFLOW_HOME": str(tmp_path / "airflow"),
                "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
                "NO_PROXY": "127.0.0.1",
            },
            stdout=shown,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        processes = psutil.Process(make.pid)
        try:
            deadline = time.monotonic() + SECONDS
            while not _is_healthy(port):
                assert make.poll() is None and time.monotonic() < deadline, Path(shown.name).read_text()
                time.sleep(1)
            family = processes.children(recursive=True)
            assert _listening(family) == {("127.0.0.1", port)}
        finally:
            os.killpg(make.pid, signal.SIGINT)
            make.wait(60)
    assert [process for process in family if _lives(process)] == []


def _is_healthy(port: int) -> bool:
    """Whether all parts have reported to the API server."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=10) as answer:
            health: dict[str, Any] = json.load(answer)
    except (URLError, OSError):
        return False
    return all(health[part]["status"] == "healthy" for part in PARTS)


def _lives(process: psutil.Process) -> bool:
    # A machine whose first process takes no orphans keeps them as zombies.
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _listening(processes: list[psutil.Process]) -> set[tuple[str, int]]:
    return {
        tuple(connection.laddr)
        for process in processes
        if _lives(process)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
