"""A command that says nothing, with the seconds it takes on a terminal."""

import subprocess
import sys

import pytest

from include.pipeline.deploy import timed
from include.pipeline.deploy.timed import main
from tests.pipeline.cli.test_run_display import Terminal


def test_elsewhere_there_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """No counting, no control characters; the command's own words and exit code go through."""
    assert main("Installing", sys.executable, "-c", "print('its words'); raise SystemExit(3)") == 3
    assert capfd.readouterr().out == "Installing\nits words\n"


def test_a_terminal_counts_the_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never stands still for two of them."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main("Installing", "sleep", "2.5") == 0
    shown = terminal.getvalue().rstrip().split("\r")
    assert shown[:3] == ["Installing", "Installing, 1 s", "Installing, 2 s"]


def test_it_needs_only_python() -> None:
    """It runs before anything is installed."""
    done = subprocess.run([sys.executable, "-IS", timed.__file__, "Installing", "true"])
    assert done.returncode == 0
