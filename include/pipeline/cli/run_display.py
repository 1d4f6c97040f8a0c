"""What `make run` shows: a line for each result, and on a terminal also what it is doing."""

import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

# What comes before the first task: Airflow starts, and reads the DAG.
START = "start"
# The stage that has a task for each model and test. Its bar is over dbt's nodes: their tasks end after dbt.
COUNTED = "dbt"


class RunDisplay:
    """Shows the events of a run, which `orchestration/progress.py` describes, as they come.

    On a terminal the last line has the stage, a bar over its tasks, and its seconds; it never stands still.
    Elsewhere there are only lines, without control characters.
    """

    def __init__(self) -> None:
        console = Console(emoji=False, highlight=False, markup=False)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._planned: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        self._began = time.monotonic()
        self._shown = self._bar.add_task(START, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    @property
    def not_run(self) -> int:
        """How many tasks of the plan have not ended."""
        return sum(self._planned.values()) - sum(self._done.values())

    def show(self, event: dict[str, Any]) -> None:
        """Show what has happened."""
        if event["state"] == "plan":
            self._planned = event["tasks"]
            self._end(START)
        elif event["state"] == "nodes":
            self._bar.reset(self._shown, total=event["total"])
        elif event["state"] == "node":
            self._bar.advance(self._shown)
        elif event["state"] == "message":
            self.line(f"  {event['result']}")
        else:
            self._show_task(event["task"].split(".")[0], event)

    def line(self, text: str) -> None:
        """Print a line as it is, however long."""
        self._bar.console.print(text, soft_wrap=True)

    def total(self) -> str:
        """Return the seconds of the run and of its stages."""
        stages = ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in self._seconds.items())
        return f"  total      {sum(self._seconds.values()):.0f} s: {stages}"

    def _show_task(self, stage: str, event: dict[str, Any]) -> None:
        self._done[stage] = self._done.get(stage, 0) + 1
        if stage != COUNTED:
            self._bar.update(self._shown, completed=self._done[stage])
        if event["state"] == "success":
            self._show_result(stage, event["result"])
        if self._done[stage] == self._planned.get(stage):
            self._end(stage)
            if stage == COUNTED:
                self.line(f"  {stage:10} {self._done[stage]} tasks in {self._seconds[stage]:.0f} s")

    def _show_result(self, stage: str, result: Any) -> None:
        if isinstance(result, str):
            self.line(f"  {stage:10} {short(result)}")
        elif isinstance(result, dict) and "checks" in result:
            self.line(f"  {stage:10} {result['checks']} checks, {len(result['warnings'])} of them warned")
            for warning in result["warnings"]:
                self.line(f"  warning    {warning}")

    def _end(self, stage: str) -> None:
        """Note the seconds of a stage, and go on to the next one that has tasks left."""
        self._seconds[stage] = time.monotonic() - self._began - sum(self._seconds.values())
        following = (name for name, tasks in self._planned.items() if self._done.get(name, 0) < tasks)
        if name := next(following, None):
            self._bar.reset(
                self._shown, description=name, total=self._planned[name], completed=self._done.get(name, 0)
            )


def short(path: Path | str) -> str:
    """Return the path relative to the current folder if that is shorter."""
    return str(path).removeprefix(f"{Path.cwd()}/")
