"""Listens to Airflow's tasks and writes the outcome of each into a file, one JSON object a line.

Writes only where `make run` asks for it, by naming the file; a scheduler's runs are not slowed by it.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from airflow.listeners import hookimpl

from include.pipeline.core.settings import progress_path


@hookimpl
def on_task_instance_success(previous_state: Any, task_instance: Any) -> None:
    """Note the task, and what it returned unless it is one of dbt's."""
    task_id = task_instance.task_id
    if progress_path() is None:
        return
    result = None if task_id.startswith("dbt.") else task_instance.xcom_pull(task_ids=task_id)
    _note({"task": task_id, "state": "success", "result": result})


@hookimpl
def on_task_instance_failed(
    previous_state: Any, task_instance: Any, error: str | BaseException | None
) -> None:
    """Note the task and the message of its error."""
    _note({"task": task_instance.task_id, "state": "failed", "error": str(error)})


def note_plan(task_ids: Iterable[str]) -> None:
    """Note how many tasks each stage has, in the order of the stages."""
    _note({"state": "plan", "tasks": Counter(task_id.split(".")[0] for task_id in task_ids)})


def note_nodes(total: int) -> None:
    """Note that dbt begins, and how many models and tests it has."""
    _note({"state": "nodes", "total": total})


def note_node() -> None:
    """Note that dbt has ended one of them."""
    _note({"state": "node"})


def note_message(message: str) -> None:
    """Note what is no task's result: which run this one waits for, why dbt builds all rows again."""
    _note({"task": "", "state": "message", "result": message})


def note_refusal(message: str) -> None:
    """Note why the run does not begin."""
    _note({"task": "start", "state": "failed", "error": message})


def _note(event: dict[str, Any]) -> None:
    path = progress_path()
    if path:
        with path.open("a", encoding="utf-8") as events:
            events.write(json.dumps(event) + "\n")
