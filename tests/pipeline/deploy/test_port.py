"""The port of the web UI is checked before anything starts on it."""

import socket
import subprocess
import sys

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from include.pipeline.deploy import port


def test_a_taken_port_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise Airflow's start looks well, and one line of hundreds says that nobody can reach it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setenv("MENTOR_PORT", str(taken))
        said = port.main("ui")
        assert said and said.startswith(f"Port {taken} is taken") and "make ui PORT=" in said
    assert port.main("ui") is None


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "²"])
def test_what_is_no_port_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the value and the range."""
    monkeypatch.setenv("MENTOR_PORT", value)
    assert port.main("up") == f"The port is {value!r}. Expected a number from 1 to 65535, as in PORT=8081."


@pytest.mark.parametrize("command", ["ui", "up"])
def test_make_stops_before_it_starts_anything(command: str) -> None:
    """The port of the command line, as a person types it; without Docker too."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        # What `make setup` makes is there, or not needed for this.
        done = subprocess.run(
            [
                *("make", "--no-print-directory", command, f"PORT={number}", f"PYTHON={sys.executable}"),
                *("-o", "setup", "-o", ".venv/.installed", "-o", "include/dbt/target/manifest.json"),
            ],
            cwd=PROJECT_DIR,
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"Port {number} is taken by another program."), done.stderr
    assert done.stdout == ""
