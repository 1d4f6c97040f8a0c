"""Airflow's REST API as a person's program uses it: over the published port, with a token."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.support.scheduler import every_task, until

DAG = "/api/v2/dags/mentor_tier_report"


@dataclass(frozen=True)
class Api:
    """The API, as one account sees it.

    Attributes:
        address: URL of the API server.
        token: of the account; empty: nobody's.
    """

    address: str
    token: str = ""

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """Send a request, a POST where there is a body; return status and text, 0 where nobody answers."""
        request = Request(self.address + path, None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except (URLError, OSError):
            return 0, ""

    def get(self, path: str) -> Any:
        """Return what the API answers; it is asked again until somebody answers."""
        return json.loads(until(lambda: self._success(path)))

    def trigger(self) -> str:
        """Have the DAG run now; return the id of the run."""
        status, text = self.ask(f"{DAG}/dagRuns", {"logical_date": None})
        assert status == HTTPStatus.OK, text
        return json.loads(text)["dag_run_id"]

    def runs(self) -> list[dict[str, Any]]:
        """Return all runs, the first one first."""
        return self.get(f"{DAG}/dagRuns?order_by=run_after&limit=100")["dag_runs"]

    def run(self, run: str) -> dict[str, Any]:
        """Return what the API says of a run."""
        return self.get(f"{DAG}/dagRuns/{quote(run)}")

    def ended(self, run: str) -> dict[str, Any]:
        """Wait for the end of a run and return it."""
        return until(lambda: (found := self.run(run))["state"] in ("success", "failed") and found)

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        """Return what the API says of the tasks of a run, by their ids."""
        return every_task(self.get, f"{DAG}/dagRuns/{quote(run)}")

    def log(self, run: str, task: str) -> str:
        """Return what the UI shows of a task's first try: its log, as JSON."""
        return json.dumps(self.get(f"{DAG}/dagRuns/{quote(run)}/taskInstances/{task}/logs/1"))

    def _success(self, path: str) -> str:
        """Return the text, or nothing where the API server does not answer, or not yet."""
        status, text = self.ask(path)
        assert status in (0, HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE), (path, status, text)
        return text if status == HTTPStatus.OK else ""


def log_in(address: str, name: str, password: str) -> Api:
    """Return the API for an account, with a token; it is asked until somebody answers."""
    account = {"username": name, "password": password}
    status, text = until(lambda: (answer := Api(address).ask("/auth/token", account))[0] and answer)
    assert status == HTTPStatus.CREATED, (status, text)
    return Api(address, json.loads(text)["access_token"])
