"""`make run`: one DAG run in this process's terminal, with its stages and the report's table."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from include.pipeline.cli.aligned_table import aligned
from include.pipeline.cli.run_display import RunDisplay, short
from include.pipeline.core import data_dates
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.run_names import LATEST
from include.pipeline.core.settings import declared, path, settings
from include.pipeline.publish import report_files, versions

DBT_WARNING = re.compile(r"Warning in test (\S+) ")


class RunFailed(UserFacingError):
    """The DAG run failed; the message is the failed task and its error."""


def run(data_date: date | None, *, is_future_meant: bool = False) -> None:
    """Run the DAG once with `airflow dags test` and show its stages, then the report's table.

    Args:
        data_date: the logical date; None for now.
        is_future_meant: it may lie after today.

    Raises:
        DateRefused: no delivery can be of that date.
        RunFailed: the run failed, or had no task; the published database is unchanged.
    """
    if data_date:
        data_dates.require_possible(data_date.isoformat())
    manifest = declared().dbt_manifest
    if not manifest.exists():
        raise RunFailed(
            f"The dbt manifest {short(manifest)} is missing. Expected it there: the DAG's tasks are"
            " built from it; run `make setup`."
        )
    log_dir, _ = (_writable(name) for name in ("MENTOR_LOG_DIR", "AIRFLOW_HOME"))
    # With the process id: two runs may start in the same second.
    log_path = log_dir / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    print(f"{declared().dag_id} on {short(settings().data_dir)}, log in {short(log_path)}", flush=True)
    display = RunDisplay()
    with log_path.open("w", encoding="utf-8") as log, tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "progress.jsonl"
        command = [sys.executable, "-m", "airflow", "dags", "test", declared().dag_id]
        # A date alone would be midnight in Airflow's default time zone.
        date_asked = [f"{data_date}T00:00:00+00:00"] if data_date else []
        conf = ["--conf", json.dumps({data_dates.FUTURE_DATE: True})] if is_future_meant else []
        process = subprocess.Popen(
            command + date_asked + conf,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MENTOR_PROGRESS_FILE": str(progress)},
        )
        try:
            with display:
                events = _follow(process, progress, display)
        finally:
            # A run that waits for another one ignores SIGTERM.
            process.kill()
            process.wait()
    text = log_path.read_text(encoding="utf-8", errors="replace")
    failures = [event for event in events if event["state"] == "failed"]
    # Airflow calls a run without any task a success.
    if process.returncode or failures or not any(event["state"] == "success" for event in events):
        raise RunFailed(_failure(failures, display.not_run, text, log_path))
    for name in dict.fromkeys(DBT_WARNING.findall(text)):
        print(f"  warning    dbt test {name}")
    for warning in report_files.warnings():
        print(f"  warning    {warning}")
    print(display.total())
    _print_answer()


def _follow(process: "subprocess.Popen[Any]", progress: Path, display: RunDisplay) -> list[dict[str, Any]]:
    """Show the events of the run until its process ends; return those of its tasks."""
    events = []
    for event in _events(process, progress):
        display.show(event)
        if event["state"] in ("success", "failed"):
            events.append(event)
    return events


def _events(process: "subprocess.Popen[Any]", progress: Path) -> Iterator[dict[str, Any]]:
    read = 0
    ended = False
    while not ended:
        ended = process.poll() is not None
        lines = progress.read_text(encoding="utf-8").splitlines(True) if progress.exists() else []
        for line in lines[read:]:
            if line.endswith("\n"):
                read += 1
                yield json.loads(line)
        if not ended:
            time.sleep(0.2)


def _print_answer() -> None:
    latest = settings().report_dir / LATEST
    with (latest / declared().report.table).open(encoding="utf-8", newline="") as results:
        rows = list(csv.reader(results))
    print()
    for line in aligned(rows[0], rows[1:]):
        print(line)
    print(f"\nReport: {short(latest / declared().report.page)}")


def _failure(failures: list[dict[str, Any]], not_run: int, text: str, log_path: Path) -> str:
    if not failures:
        last_lines = "\n".join(text.splitlines()[-15:])
        return f"{last_lines}\n\nFailed before the first task ended. Log: {short(log_path)}"
    published = versions.published()
    stays = f"version {published.number} stays published" if published else "nothing is published"
    first = failures[0]
    return (
        f"{len(failures)} failed, {not_run} not run; {stays}. Log: {short(log_path)}\n\n"
        f"Failed: {first['task']}\n{first['error']}"
    )


def _writable(name: str) -> Path:
    """Return the folder that a variable names, which exists from then on.

    Raises:
        RunFailed: it may not be written.
    """
    folder = path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise RunFailed(
            f"{folder} cannot be written: {error.strerror}. Expected to write there ({name}); change its"
            " permissions, or set the variable to another folder in .env or for this command."
        ) from error
    return folder
