"""What `make run` shows of a run's events, on a terminal and elsewhere."""

import io
import re
import sys

import pytest

from include.pipeline.cli.run_display import RunDisplay

PLAN = {"state": "plan", "tasks": {"ingest": 1, "validate": 1, "dbt": 2}}
INGESTED = {"task": "ingest.users", "state": "success", "result": "[red]users.csv[/red]: 3 rows :warning:"}
CHECKED = {"task": "validate", "state": "success", "result": {"checks": 9, "warnings": ["prices differ"]}}
MODELS = [{"task": f"dbt.{name}", "state": "success", "result": None} for name in "ab"]


def test_lines_have_the_results_and_the_total_each_stage(capsys: pytest.CaptureFixture[str]) -> None:
    """As they are: nothing in a result is read as a style; no control characters where no terminal is."""
    with RunDisplay() as display:
        for event in (PLAN, INGESTED, CHECKED, *MODELS):
            display.show(event)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "  ingest     [red]users.csv[/red]: 3 rows :warning:",
        "  validate   9 checks, 1 of them warned",
        "  warning    prices differ",
    ]
    assert lines[3:] == ["  dbt        2 tasks in 0 s"]
    assert display.total() == "  total      0 s: start 0, ingest 0, validate 0, dbt 0"
    assert display.not_run == 0


def test_what_did_not_run_is_counted() -> None:
    """After a failed task those that wait for it have no event."""
    display = RunDisplay()
    for event in (PLAN, {"task": "ingest.users", "state": "failed", "error": "found 3"}):
        display.show(event)
    assert display.not_run == 3


class Terminal(io.StringIO):
    """What is written to it, as a terminal gets it."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_the_stage_and_a_bar_over_its_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line is that of the stage which runs; results stay above it."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with RunDisplay() as display:
        for event in (PLAN, INGESTED, CHECKED, {"state": "nodes", "total": 5}, {"state": "node"}, MODELS[0]):
            display.show(event)
            display._bar.refresh()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert text.index("start") < text.index("validate  ") < text.index("dbt  ")
    assert re.search(r"dbt .*1/5", text)
    assert "  ingest     [red]users.csv[/red]: 3 rows :warning:" in text
