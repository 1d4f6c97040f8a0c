"""The task that shows a model, or tests, and the trigger that waits for it without a worker.

Neither runs dbt: one task does that for all of them (producer.py).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Hashable, Sequence
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.sdk.execution_time.xcom import XCom
from airflow.triggers.base import (
    BaseEventTrigger,
    StartTriggerArgs,
    TaskFailedEvent,
    TaskSkippedEvent,
    TaskSuccessEvent,
    TriggerEvent,
)

from include.mentoring.transform.results import ENDED, RESULTS, Ending, Results, conclude

POLL_SECONDS = 1.0
# One after the other, before the tasks of a run are given up.
LOOKS_THAT_MAY_FAIL = 300
log = logging.getLogger(__name__)

# The state of the task that runs dbt, and its results so far.
Look = tuple[str | None, Results | None]
_final: dict[tuple[str, str, str], Look] = {}
EVENTS = {
    Ending.SUCCESS: TaskSuccessEvent,
    Ending.FAILED: TaskFailedEvent,
    Ending.SKIPPED: TaskSkippedEvent,
}


class NodeTask(BaseOperator):
    """Ends as dbt's nodes did, in the task that runs dbt.

    Args:
        nodes: unique ids: a model, or the tests that the task stands for.
        producer_task_id: the task that runs dbt.
        of_run: template of the run's id.
    """

    ui_color = "#8ecae6"

    def __init__(
        self, *, nodes: Sequence[str], producer_task_id: str, of_run: str = "{{ run_id }}", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.nodes = list(nodes)
        self.producer_task_id = producer_task_id
        self.of_run = of_run

    def wait_in_triggerer(self) -> None:
        """Have the scheduler hand the task to the triggerer, which ends it: it never takes a worker."""
        self.start_from_trigger = True
        # Only here: what is rendered costs each task a request.
        self.template_fields = ("of_run",)
        self.start_trigger_args = StartTriggerArgs(
            trigger_cls=f"{NodeTrigger.__module__}.{NodeTrigger.__qualname__}",
            trigger_kwargs={
                "nodes": self.nodes,
                "dag_id": self.dag_id,
                "producer_task_id": self.producer_task_id,
                # The triggerer renders it, for it is a template field of the task.
                "of_run": self.of_run,
            },
            next_method="execute",
        )

    def execute(self, context: Any) -> None:
        """End as the nodes did; the task that runs dbt must have ended.

        Raises:
            AirflowFailException: a node failed, with dbt's reason.
            AirflowSkipException: dbt did not come to a node.
        """
        instance = context["ti"]
        state, results = _look_once_ended(instance.dag_id, context["run_id"], self.producer_task_id)
        conclusion = conclude(self.nodes, results, state)
        if conclusion is None:
            raise AirflowFailException(
                f"{self.producer_task_id} is {state}. Expected that it has run dbt; run it first."
            )
        self.log.info(conclusion.message)
        if conclusion.ending == Ending.FAILED:
            raise AirflowFailException(conclusion.message)
        if conclusion.ending == Ending.SKIPPED:
            raise AirflowSkipException(conclusion.message)


class NodeTrigger(BaseEventTrigger):
    """Waits in the triggerer for what the task that runs dbt tells of some nodes, and ends their task.

    All triggers of a run share one look a second at the results.
    """

    def __init__(self, nodes: list[str], dag_id: str, producer_task_id: str, of_run: str) -> None:
        super().__init__()
        self.nodes = nodes
        self.dag_id = dag_id
        self.producer_task_id = producer_task_id
        self.of_run = of_run

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "nodes": self.nodes,
                "dag_id": self.dag_id,
                "producer_task_id": self.producer_task_id,
                "of_run": self.of_run,
            },
        )

    def shared_stream_key(self) -> Hashable:
        return (self.dag_id, self.producer_task_id, self.of_run)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[Look]:
        """Look at the results of a run every second, for all its triggers."""
        failed = 0
        while True:
            try:
                look = await asyncio.to_thread(
                    _look, kwargs["dag_id"], kwargs["of_run"], kwargs["producer_task_id"]
                )
            except Exception as error:
                # Airflow's database may be starting anew; dbt builds on meanwhile.
                failed += 1
                if failed > LOOKS_THAT_MAY_FAIL:
                    raise
                log.warning("No look at the results of %s: %s", kwargs["of_run"], error)
            else:
                failed = 0
                yield look
            await asyncio.sleep(POLL_SECONDS)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Look]) -> AsyncIterator[TriggerEvent]:
        """End the task as soon as its nodes have, or dbt has."""
        async for state, results in shared_stream:
            if conclusion := conclude(self.nodes, results, state):
                self.log.info(conclusion.message)
                yield EVENTS[conclusion.ending]()
                return

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """As with the shared stream, alone."""
        async for event in self.filter_shared_stream(self.open_shared_stream(self.serialize()[1])):
            yield event


def _look_once_ended(dag_id: str, run_id: str, producer_task_id: str) -> Look:
    """As `_look`; what is final is kept, for `airflow dags test` has all tasks in one process."""
    key = (dag_id, run_id, producer_task_id)
    look = _final.get(key) or _look(*key)
    if look[0] in ENDED:
        _final[key] = look
    return look


def _look(dag_id: str, run_id: str, producer_task_id: str) -> Look:
    """Return the state of the task that runs dbt, and then what it has told."""
    states = RuntimeTaskInstance.get_task_states(dag_id=dag_id, task_ids=[producer_task_id], run_ids=[run_id])
    results = XCom.get_one(key=RESULTS, dag_id=dag_id, task_id=producer_task_id, run_id=run_id)
    return states.get(run_id, {}).get(producer_task_id), results
