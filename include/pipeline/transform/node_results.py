"""What the task that runs dbt reports of each node, and how a node's own task reads it.

One XCom holds all of it: dbt's nodes by their unique id, each with a result. Successes are reported as they
happen, so that the graph turns green while dbt builds; failures only when dbt will not build again. Another
one, at the end, has what the tasks show when the run has ended (node_records.py).
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from threading import Lock
from typing import Any, NamedTuple, NotRequired, TypedDict

from include.pipeline.orchestration import progress
from include.pipeline.transform.artifacts import PASSED

# The XComs of the task that runs dbt.
RESULTS = "node_results"
RECORDS = "node_records"
# Each push is a request to the API server: a second's worth of nodes goes into one.
PUSH_SECONDS = 1.0
# States of Airflow in which the task that runs dbt reports no more.
ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")
log = logging.getLogger(__name__)

# When dbt began a node and ended it, as ISO times.
Times = list[str]


class Result(TypedDict):
    """The outcome of a node: `ok`, dbt's message or the reason of a failure, whether it warned, and when."""

    ok: bool
    message: str
    warned: NotRequired[bool]
    times: NotRequired[Times]


Results = dict[str, Result]


class Record(TypedDict):
    """What the task of some nodes shows: when dbt was at them, if it was, and its warnings."""

    times: Times | None
    warning: str


class Ending(StrEnum):
    """How the task of a node ends."""

    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"


class Conclusion(NamedTuple):
    """How the task of a node ends, its message, and the level at which to log it."""

    ending: Ending
    message: str
    level: int = logging.INFO


class Reporter:
    """Collects the results of dbt's nodes from its events and pushes them."""

    def begin(self, push: Callable[[Results], None]) -> None:
        """Begin a report.

        Args:
            push: makes the results the XCom's value.
        """
        self._push = push
        self._results: Results = {}
        self._times: dict[str, Times] = {}
        self._pushed_at = 0.0
        # dbt calls from the threads that build.
        self._lock = Lock()

    def note(self, event: Any) -> None:
        """Take an event of dbt; a node that ended well is pushed at once, or with the next one."""
        if event.info.name != "NodeFinished":
            return
        progress.note_node()
        result, node = event.data.run_result, event.data.node_info
        with self._lock:
            self._times[node.unique_id] = [node.node_started_at, node.node_finished_at]
            if result.status not in PASSED:
                return
            message = f"{result.message or result.status}, {result.execution_time:.2f} s"
            warned = result.status == "warn"
            if warned:
                log.warning("%s: %s", node.unique_id, message)
            self._results[node.unique_id] = Result(
                ok=True, message=message, warned=warned, times=self._times[node.unique_id]
            )
            if time.monotonic() - self._pushed_at >= PUSH_SECONDS:
                self._push_all()

    def close(self, failures: dict[str, str] | None = None) -> Results:
        """Push the rest and return all; `failures` has the reasons of final failures, by unique id."""
        with self._lock:
            for node, message in (failures or {}).items():
                self._results[node] = Result(ok=False, message=message)
                if node in self._times:
                    self._results[node]["times"] = self._times[node]
            self._push_all()
        return self._results

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
        return Conclusion(Ending.FAILED, "\n\n".join(failures), logging.ERROR)
    if len(known) == len(nodes):
        messages = "\n".join(f"{node}: {result['message']}" for node, result in known.items())
        warned = any(result.get("warned") for result in known.values())
        return Conclusion(Ending.SUCCESS, messages, logging.WARNING if warned else logging.INFO)
    if state not in ENDED:
        return None
    missing = ", ".join(node for node in nodes if node not in known)
    return Conclusion(Ending.SKIPPED, f"The build ended ({state}) before dbt came to {missing}.")


def records(tasks: Mapping[str, Sequence[str]], results: Results) -> dict[str, Record]:
    """Return what each task shows when the run has ended.

    Args:
        tasks: the nodes of each task, by its id.
        results: all of the build.
    """
    return {task: _record({node: results[node] for node in tasks[task] if node in results}) for task in tasks}


def _record(known: Results) -> Record:
    times = [result["times"] for result in known.values() if "times" in result]
    warnings = [f"{node}: {result['message']}" for node, result in known.items() if result.get("warned")]
    return Record(
        times=[min(began for began, _ in times), max(ended for _, ended in times)] if times else None,
        warning="\n".join(warnings),
    )
