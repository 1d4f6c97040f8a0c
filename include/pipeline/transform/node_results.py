"""What the task that runs dbt reports of each node, and how a node's own task reads it.

One XCom holds all of it: dbt's nodes by their unique id, each with a result. Successes are reported as they
happen, so that the graph turns green while dbt builds; failures only when dbt will not build again.
"""

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from threading import Lock
from typing import Any, NamedTuple, TypedDict

from include.pipeline.transform.artifacts import PASSED

# The XCom of the task that runs dbt.
RESULTS = "node_results"
# Each push is a request to the API server: a second's worth of nodes goes into one.
PUSH_SECONDS = 1.0
# States of Airflow in which the task that runs dbt reports no more.
ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")


class Result(TypedDict):
    """The outcome of a node: `ok`, and dbt's message or the reason of a failure."""

    ok: bool
    message: str


Results = dict[str, Result]


class Ending(StrEnum):
    """How the task of a node ends."""

    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"


class Conclusion(NamedTuple):
    """How the task of a node ends, and its message."""

    ending: Ending
    message: str


class Reporter:
    """Collects the results of dbt's nodes from its events and pushes them."""

    def begin(self, push: Callable[[Results], None]) -> None:
        """Begin a report.

        Args:
            push: makes the results the XCom's value.
        """
        self._push = push
        self._results: Results = {}
        self._pushed_at = 0.0
        # dbt calls from the threads that build.
        self._lock = Lock()

    def note(self, event: Any) -> None:
        """Take an event of dbt; a node that ended well is pushed at once, or with the next one."""
        if event.info.name != "NodeFinished" or event.data.run_result.status not in PASSED:
            return
        result = event.data.run_result
        message = f"{result.message or result.status}, {result.execution_time:.2f} s"
        with self._lock:
            self._results[event.data.node_info.unique_id] = Result(ok=True, message=message)
            if time.monotonic() - self._pushed_at >= PUSH_SECONDS:
                self._push_all()

    def close(self, failures: dict[str, str] | None = None) -> None:
        """Push the rest; `failures` has the reasons of nodes whose failure is final, by unique id."""
        with self._lock:
            for node, message in (failures or {}).items():
                self._results[node] = Result(ok=False, message=message)
            self._push_all()

    def _push_all(self) -> None:
        self._push(self._results)
        self._pushed_at = time.monotonic()


def conclude(nodes: Sequence[str], results: Results | None, state: str | None) -> Conclusion | None:
    """Return how the task of these nodes ends; None while it must wait.

    Args:
        nodes: unique ids: a model, or the tests that the task stands for.
        results: reported so far; None if nothing was.
        state: of the task that runs dbt, read before the results were.
    """
    known = {node: results[node] for node in nodes if results and node in results}
    failures = [result["message"] for result in known.values() if not result["ok"]]
    if failures:
        return Conclusion(Ending.FAILED, "\n\n".join(failures))
    if len(known) == len(nodes):
        messages = "\n".join(f"{node}: {result['message']}" for node, result in known.items())
        return Conclusion(Ending.SUCCESS, messages)
    if state not in ENDED:
        return None
    missing = ", ".join(node for node in nodes if node not in known)
    return Conclusion(Ending.SKIPPED, f"The build ended ({state}) before dbt came to {missing}.")
