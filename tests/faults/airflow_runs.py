"""Whole runs of the DAG, as people and the scheduler's machine start them, and crowds of them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from include.pipeline.core.settings import PROJECT_DIR
from tests.faults import content, processes
from tests.faults.kills import TRIES, Outcome, Reference, judge
from tests.faults.world import Home

DAG_TEST = (str(Path(sys.executable).with_name("airflow")), "dags", "test", "mentor_tier_report")
MAKE_RUN = (sys.executable, "-m", "include.pipeline.cli", "run", "--date")
LONGEST_SECONDS = 900
# Words of DuckDB, SQLite and filelock that do not help a reader.
LOCK_ERRORS = ("Could not set lock", "Conflicting lock", "database is locked", "Traceback")


@dataclass(frozen=True)
class Command:
    """A command that has ended."""

    code: int
    screen: str
    seconds: float


def metadata(folder: Path) -> Path:
    """Return an Airflow home whose metadata database is made and knows the DAG.

    Airflow's command line writes the DAG into it before it calls the DAG, and two that both find it missing
    cannot both insert it.
    """
    subprocess.run(
        [sys.executable, "-m", "airflow", "dags", "reserialize"],
        cwd=PROJECT_DIR,
        env={**os.environ, "AIRFLOW_HOME": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


def start(home: Home, airflow_home: Path, *command: str, **variables: str) -> "subprocess.Popen[bytes]":
    """Start a command in a process group of its own; what it shows goes to a file of the home."""
    environment = {name: value for name, value in home.environment.items() if not name.startswith("DBT_")}
    with (home.folder / f"screen-{time.monotonic_ns()}.log").open("wb") as screen:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_DIR,
            env={**os.environ, **environment, "AIRFLOW_HOME": str(airflow_home), **variables},
            stdout=screen,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        process.screen = Path(screen.name)  # type: ignore[attr-defined]
    return process


def end(process: "subprocess.Popen[bytes]", after: float = LONGEST_SECONDS) -> Command:
    """Wait for a command; kill it, with all its children, when it has not ended by then."""
    since = time.monotonic()
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    screen = process.screen.read_text(encoding="utf-8", errors="replace")  # type: ignore[attr-defined]
    return Command(process.returncode, screen, time.monotonic() - since)


def length(wanted: Reference, folder: Path, airflow_home: Path) -> float:
    """Return how long a whole run lasts."""
    home = wanted.start.copy_to(folder)
    own = Home(airflow_home, home.data).copy_to(folder / "airflow").folder
    done = end(start(home, own, *DAG_TEST, wanted.day.data_date))
    if done.code:
        raise RuntimeError(done.screen[-3000:])
    return done.seconds


def killed(wanted: Reference, folder: Path, airflow_home: Path, seconds: float, seed: int) -> Outcome:
    """Kill `airflow dags test` at a random moment of its whole length, and repeat it."""
    random = Random(seed)
    for attempt in range(TRIES):
        moment = random.uniform(0, seconds)
        home = wanted.start.copy_to(folder / str(attempt))
        own = Home(airflow_home, home.data).copy_to(home.folder / "airflow").folder
        broken = end(start(home, own, *DAG_TEST, wanted.day.data_date), moment)
        if broken.code == -signal.SIGKILL:
            break
    outcome = Outcome(f"airflow dags test {seed} killed at {moment:.1f} s")
    seen = processes.call(content.read, home)
    outcome.problems += seen.problems
    outcome.published = judge(wanted, seen, outcome.problems)
    again = end(start(home, own, *DAG_TEST, wanted.day.data_date))
    if again.code:
        outcome.problems.append(f"the run after it failed: {again.screen[-3000:]}")
    check_result(wanted, home, outcome.problems)
    return outcome


def crowd(
    wanted: Reference, folder: Path, airflow_home: Path, commands: list[tuple[str, ...]], wait_minutes: float
) -> tuple[Outcome, list[Command]]:
    """Start all commands at once on one warehouse, with one metadata database.

    Args:
        wanted: the history without faults, by one run.
        folder: of the trial.
        airflow_home: whose copy they share.
        commands: without the data date.
        wait_minutes: how long each waits for its turn.
    """
    home = wanted.start.copy_to(folder)
    own = Home(airflow_home, home.data).copy_to(folder / "airflow").folder
    variables = {"MENTOR_LOCK_WAIT_MINUTES": str(wait_minutes)}
    started = [start(home, own, *command, wanted.day.data_date, **variables) for command in commands]
    with ThreadPoolExecutor(len(started)) as pool:
        ended = list(pool.map(end, started))
    outcome = Outcome(f"{len(commands)} triggers at once, each waiting {wait_minutes:g} min")
    for number, command in enumerate(ended):
        outcome.problems += [
            f"trigger {number} shows {words!r}: {command.screen[-2000:]}"
            for words in LOCK_ERRORS
            if words in command.screen
        ]
        if command.code and not is_refused_clearly(command.screen):
            outcome.problems.append(f"trigger {number} ended with {command.code}: {command.screen[-2000:]}")
    if not any(command.code == 0 for command in ended):
        outcome.problems.append("none of them ended well")
    check_result(wanted, home, outcome.problems)
    return outcome, ended


def is_refused_clearly(screen: str) -> bool:
    """Whether the last words say who has the warehouse, since when, and what to do."""
    last = screen.strip()[-1000:]
    return all(words in last for words in ("is taken: found", "since 20", "Expected", "run again"))


def check_result(wanted: Reference, home: Home, problems: list[str]) -> None:
    """Compare what is published and reported in the end with the history without faults."""
    found = processes.call(content.read, home)
    problems += found.problems
    if found.tables != wanted.after.tables:
        problems.append("another publication than without the fault")
    if found.report != wanted.after.report:
        problems.append("another report than without the fault")
    if left := content.leftovers(home):
        problems.append(f"leftovers: {left}")
