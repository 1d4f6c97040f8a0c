"""A scheduler with what it needs, on records of its own, asked over Airflow's API."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.deployment import Deployment

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
DAG = "dags/mentor_tier_report"
# Far more than anything takes: only what hangs takes so long.
SECONDS = 300
# A scheduler ends when its tasks have, or is killed.
GRACE_SECONDS = 10
Found = TypeVar("Found")


class Scheduler:
    """The services of Airflow that run a deployment, each a process."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.port = _free_port()
        self._processes: dict[str, subprocess.Popen[Any]] = {}
        self._variables: dict[str, dict[str, str]] = {}
        deployment.environment |= {
            "MENTOR_WAREHOUSE_DIR": str(deployment.folder / "warehouse"),
            "MENTOR_REPORT_DIR": str(deployment.folder / "reports"),
            "MENTOR_DATA_DIR": str(deployment.data),
            "PYTHONPATH": str(deployment.project),
            "AIRFLOW_HOME": str(deployment.folder / "airflow"),
            # SQLite's writers wait for each other, on a busy machine for longer than its own five seconds.
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{deployment.folder}/airflow/airflow.db?timeout=100",
            "AIRFLOW__CORE__DAGS_FOLDER": str(deployment.project / "dags"),
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
        """Run `airflow` with the arguments while the services rest; return what it shows.

        SQLite refuses who has read and wants to write when another wrote in between, without any wait.
        """
        resting = [service for service in self._processes if service != "api-server"]
        self.stop(*resting)
        done = self.deployment.process(AIRFLOW, *arguments)
        assert done.returncode == 0, done.stdout
        for service in resting:
            self.start(service, **self._variables[service])
        return done.stdout

    def start(self, *services: str, **variables: str) -> None:
        """Start services, again where they run already, with variables beside those of the deployment."""
        self.stop(*services)
        for service in services:
            self._variables[service] = variables
            with (self.deployment.folder / f"{service}.log").open("a") as log:
                self._processes[service] = subprocess.Popen(
                    [AIRFLOW, service],
                    env={**os.environ, **self.deployment.environment, **variables},
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

    def trigger(self, data_date: str) -> str:
        """Have the DAG run for a data date, as soon as it is known; return the id of the run."""
        body = {"logical_date": f"{data_date}T00:00:00Z"}
        return until(lambda: self._ask(f"{DAG}/dagRuns", body))["dag_run_id"]

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        """Return what Airflow knows of every task of a run."""
        found = self._ask(f"{DAG}/dagRuns/{run}/taskInstances?limit=1000") or {"task_instances": []}
        return {task["task_id"]: task for task in found["task_instances"]}

    def states(self, run: str) -> dict[str, str | None]:
        """Return the state of every task of a run."""
        return {task_id: task["state"] for task_id, task in self.tasks(run).items()}

    def ended(self, run: str) -> str:
        """Wait for the end of a run; return its state."""
        return until(lambda: (state := self.state(run)) in ("success", "failed") and state)

    def state(self, run: str) -> str:
        """Return the state of a run."""
        return (self._ask(f"{DAG}/dagRuns/{run}") or {"state": "unknown"})["state"]

    def runs(self) -> list[dict[str, Any]]:
        """Return all runs."""
        return (self._ask(f"{DAG}/dagRuns?limit=100") or {"dag_runs": []})["dag_runs"]

    def log(self, run: str, task: str) -> str:
        """Return the log of a task, with what the triggerer wrote."""
        folder = self.deployment.folder / "airflow" / "logs" / "dag_id=mentor_tier_report" / f"run_id={run}"
        return "".join(path.read_text(encoding="utf-8") for path in folder.glob(f"task_id={task}/*"))

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
def scheduling(deployment: Deployment, **variables: str) -> Iterator[Scheduler]:
    """Run all services for the length of the block."""
    scheduler = Scheduler(deployment)
    scheduler.command("db", "migrate")
    services = ("api-server", "dag-processor", "scheduler", "triggerer")
    try:
        scheduler.start(*services, **variables)
        yield scheduler
    finally:
        scheduler.stop(*services)


def until(found: Callable[[], Found]) -> Found:
    """Return what is found, as soon as it is something."""
    given_up = time.monotonic() + SECONDS
    while not (this := found()):
        assert time.monotonic() < given_up, "it hangs"
        time.sleep(0.5)
    return this


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
