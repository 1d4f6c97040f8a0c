"""The task that shows a model, or tests, and the trigger that waits for it without a worker.

Neither runs dbt: one task does that for all of them (dbt_build.py).
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from airflow.sdk import BaseOperator, BaseXCom, TriggerRule
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.triggers.base import (
    BaseTrigger,
    StartTriggerArgs,
    TaskFailedEvent,
    TaskSkippedEvent,
    TaskSuccessEvent,
    TriggerEvent,
)

from include.pipeline.transform.node_results import ENDED, RESULTS, Ending, Results, conclude

POLL_SECONDS = 1.0
# States of the task that runs dbt in which its results are of this try.
REPORTING = ("running", *ENDED)
NOTHING_BUILT = (
    "Nothing was built: %s had ended before, and this is what it reported. To build again, clear %s and all"
    " that follows it."
)
# In a row, before the triggers of a run give up.
MAX_FAILED_LOOKS = 300
log = logging.getLogger(__name__)

# Ids of the DAG, of the run and of the task that runs dbt.
Producer = tuple[str, str, str]
# The state of that task, and its results so far.
Look = tuple[str | None, Results | None]
EVENTS = {
    Ending.SUCCESS: TaskSuccessEvent,
    Ending.FAILED: TaskFailedEvent,
    Ending.SKIPPED: TaskSkippedEvent,
}


class NodeTask(BaseOperator):
    """Ends as dbt's nodes did, in the task that runs dbt.

    The scheduler hands it to the triggerer when the run begins; it never takes a worker. When the run has
    ended, it shows when dbt was at the nodes (node_records.py).

    Args:
        nodes: unique ids: a model, or the tests that the task stands for.
        producer_task_id: the task that runs dbt.
        **kwargs: as any operator.
    """

    ui_color = "#8ecae6"
    start_from_trigger = True

    def __init__(self, *, nodes: Sequence[str], producer_task_id: str, **kwargs: Any) -> None:
        # The task whose result it shows fails too, and sends the alert.
        super().__init__(trigger_rule=TriggerRule.ALWAYS, retries=0, on_failure_callback=None, **kwargs)
        self.nodes = list(nodes)
        self.producer_task_id = producer_task_id
        self.start_trigger_args = StartTriggerArgs(
            trigger_cls=f"{NodeTrigger.__module__}.{NodeTrigger.__qualname__}",
            trigger_kwargs={"nodes": self.nodes, "producer_task_id": producer_task_id},
            next_method="execute",
        )

    def adapt_to_one_process(self) -> None:
        """Follow the task that runs dbt and nothing else: there is no triggerer to wait in."""
        self.start_from_trigger = False
        self.start_trigger_args = None
        if self.producer_task_id not in self.upstream_task_ids:
            self.set_upstream(self.dag.get_task(self.producer_task_id))
        # After a build that failed too, to show which model or test it was.
        self.trigger_rule = TriggerRule.ONE_DONE

    def execute(self, context: Any) -> None:
        """End as the nodes did; the task that runs dbt must have ended.

        Raises:
            AirflowFailException: a node failed, with dbt's reason.
            AirflowSkipException: dbt did not come to a node.
        """
        instance = context["ti"]
        state, results = _look_once_ended((instance.dag_id, context["run_id"], self.producer_task_id))
        conclusion = conclude(self.nodes, results, state)
        if conclusion is None:
            raise AirflowFailException(
                f"{self.producer_task_id} is {state}. Expected that it has run dbt; run it first."
            )
        self.log.log(conclusion.level, "%s", conclusion.message)
        if conclusion.ending == Ending.FAILED:
            raise AirflowFailException(conclusion.message)
        if conclusion.ending == Ending.SKIPPED:
            raise AirflowSkipException(conclusion.message)


class NodeTrigger(BaseTrigger):
    """Waits in the triggerer for the results of some nodes, and ends their task.

    Args:
        nodes: unique ids: a model, or the tests that the task stands for.
        producer_task_id: the task that runs dbt, in the same run.
    """

    def __init__(self, nodes: list[str], producer_task_id: str) -> None:
        super().__init__()
        self.nodes = nodes
        self.producer_task_id = producer_task_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"nodes": self.nodes, "producer_task_id": self.producer_task_id},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """End the task as soon as its nodes have ended, or dbt has."""
        instance = self.task_instance
        if instance is None:
            raise RuntimeError(f"{self!r} has no task. Expected the triggerer to set the one that it ends.")
        poller = Poller.of((instance.dag_id, instance.run_id, self.producer_task_id))
        earlier: Results | None = None
        is_first = True
        while True:
            state, results = await poller.look()
            if state not in REPORTING:
                # The run was cleared: what is there is of an earlier build, until dbt runs and reports again.
                earlier = results
            elif conclusion := conclude(self.nodes, None if results == earlier else results, state):
                if is_first and state in ENDED:
                    self.log.warning(NOTHING_BUILT, self.producer_task_id, self.producer_task_id)
                self.log.log(conclusion.level, "%s", conclusion.message)
                yield EVENTS[conclusion.ending]()
                return
            is_first = False
            await asyncio.sleep(POLL_SECONDS)


class Poller:
    """Looks at the results of a run, once a second for all its triggers; it goes with the last of them."""

    _pollers: ClassVar[WeakValueDictionary[Producer, "Poller"]] = WeakValueDictionary()

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._began_at = float("-inf")
        self._looking: asyncio.Future[Look] | None = None
        self._last: Look = (None, None)
        self._failed = 0

    @classmethod
    def of(cls, producer: Producer) -> "Poller":
        """Return the one poller of a run."""
        return cls._pollers.setdefault(producer, cls(producer))

    async def look(self) -> Look:
        """Return a look that began at most a second ago, or the last one that succeeded.

        Raises:
            Exception: no look succeeded for `MAX_FAILED_LOOKS` times in a row.
        """
        if self._looking is None or time.monotonic() - self._began_at >= POLL_SECONDS:
            self._began_at = time.monotonic()
            self._looking = asyncio.ensure_future(self._look())
        # Cancelling one trigger does not cancel the look of the others.
        return await asyncio.shield(self._looking)

    async def _look(self) -> Look:
        try:
            self._last = await asyncio.to_thread(_look, self._producer)
            self._failed = 0
        except Exception as error:
            # Airflow's database may be restarting; dbt continues meanwhile.
            self._failed += 1
            if self._failed > MAX_FAILED_LOOKS:
                raise
            log.warning("Could not read the results of %s: %s", self._producer[1], error)
        return self._last


_final: dict[Producer, Look] = {}


def _look_once_ended(producer: Producer) -> Look:
    """As `_look`; a final one is kept, for one process may run all tasks."""
    look = _final.get(producer) or _look(producer)
    if look[0] in ENDED:
        _final[producer] = look
    return look


def _look(producer: Producer) -> Look:
    """Return the state of the task that runs dbt, and then its results."""
    dag_id, run_id, task_id = producer
    states = RuntimeTaskInstance.get_task_states(dag_id=dag_id, task_ids=[task_id], run_ids=[run_id])
    results = BaseXCom.get_one(key=RESULTS, dag_id=dag_id, task_id=task_id, run_id=run_id)
    return states.get(run_id, {}).get(task_id), results
