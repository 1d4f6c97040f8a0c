"""The tasks of models and tests: what they report to Airflow, and how their trigger ends them."""

import asyncio
import gc
import re
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator, TriggerRule
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.serialization.serialized_objects import DagSerialization
from airflow.triggers.base import TaskFailedEvent, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent

from include.pipeline.transform import node_task
from include.pipeline.transform.node_results import Result
from include.pipeline.transform.node_task import Look, NodeTask, NodeTrigger, Poller

OK = Result(ok=True, message="OK, 0.10 s")
WARNED = Result(ok=True, message="Got 2 results, 0.10 s", warned=True)
BROKEN = Result(ok=False, message="dbt model b failed")
WAITING: Look = ("running", None)


@pytest.fixture
def task() -> NodeTask:
    with DAG("a_dag", schedule=None):
        BaseOperator(task_id="producer")
        return NodeTask(task_id="b", nodes=["model.b"], producer_task_id="producer")


def trigger(run_id: str = "a run") -> NodeTrigger:
    """Return the trigger as the triggerer makes it: from what it keeps of itself, with the task it ends."""
    path, kept = NodeTrigger(nodes=["model.b"], producer_task_id="producer").serialize()
    assert path == "include.pipeline.transform.node_task.NodeTrigger"
    again = NodeTrigger(**kept)
    again.task_instance = SimpleNamespace(dag_id="a_dag", run_id=run_id, task_id="b")
    return again


async def events_of(ending: NodeTrigger) -> list[TriggerEvent]:
    return [found async for found in ending.run()]


class Looks:
    """The looks that are still to come; an error among them is raised."""

    def __init__(self, *to_come: Look | Exception) -> None:
        self.to_come = list(to_come)
        self.asked: list[Any] = []

    def __call__(self, producer: Any) -> Look:
        self.asked.append(producer)
        found = self.to_come.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """What the tasks and triggers see; nothing is waited for between two looks."""
    looks = Looks()
    monkeypatch.setattr(node_task, "_look", looks)
    monkeypatch.setattr(node_task, "POLL_SECONDS", 0)
    return looks


def test_the_scheduler_can_start_the_trigger_by_itself(task: NodeTask) -> None:
    """What the scheduler reads of the task is all that the trigger needs."""
    (kept,) = (
        task
        for task in DagSerialization.from_dict(DagSerialization.to_dict(task.dag)).tasks
        if task.task_id == "b"
    )
    assert kept.start_from_trigger is True
    arguments = kept.start_trigger_args
    assert arguments.trigger_cls == "include.pipeline.transform.node_task.NodeTrigger"
    assert set(arguments.trigger_kwargs["__var"]) == {"nodes", "producer_task_id"}
    assert kept.trigger_rule == TriggerRule.ALWAYS


def test_in_one_process_the_task_follows_the_one_that_runs_dbt(task: NodeTask) -> None:
    """Also after it failed, but not where it never began; twice is as once."""
    for _ in range(2):
        task.adapt_to_one_process()
        assert task.trigger_rule == TriggerRule.ONE_DONE
        assert task.upstream_task_ids == {"producer"}


@pytest.mark.parametrize(
    ("look", "event", "level"),
    [
        (("running", {"model.b": OK}), TaskSuccessEvent, "info"),
        (("running", {"model.b": WARNED}), TaskSuccessEvent, "warning"),
        (("failed", {"model.b": BROKEN}), TaskFailedEvent, "error"),
        (("failed", {}), TaskSkippedEvent, "info"),
    ],
)
def test_the_trigger_ends_the_task(
    look: Look, event: type[TriggerEvent], level: str, looks: Looks, capsys: pytest.CaptureFixture[str]
) -> None:
    """It waits through looks that say nothing of its nodes, logs dbt's words and ends the task."""
    looks.to_come = [WAITING, ("running", {"model.a": OK}), look]
    (ended,) = asyncio.run(events_of(trigger()))
    assert type(ended) is event
    assert re.findall(r"\[(info|warning|error) ", capsys.readouterr().out) == [level]
    assert looks.asked == [("a_dag", "a run", "producer")] * 3


@pytest.mark.parametrize("earlier", [None, {"model.a": OK, "model.b": OK}])
def test_what_an_earlier_build_reported_is_not_shown_for_this_one(
    earlier: Any, looks: Looks, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a run that was cleared, Airflow keeps it until dbt runs again, and for a moment longer."""
    before = [(state, earlier) for state in (None, "scheduled", "queued", "running")]
    looks.to_come = [*before, WAITING, ("running", {"model.b": BROKEN})]
    (ended,) = asyncio.run(events_of(trigger()))
    assert type(ended) is TaskFailedEvent
    looks.to_come = [*before[:2], ("upstream_failed", earlier)]
    (ended,) = asyncio.run(events_of(trigger("a run that failed")))
    assert type(ended) is TaskSkippedEvent
    assert "Nothing was built" not in capsys.readouterr().out


def test_a_task_that_is_cleared_alone_says_that_nothing_was_built(
    looks: Looks, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what to clear: it only shows what dbt did."""
    looks.to_come = [("success", {"model.b": OK})]
    (ended,) = asyncio.run(events_of(trigger()))
    assert type(ended) is TaskSuccessEvent
    logged = capsys.readouterr().out
    assert "Nothing was built: producer had ended before" in logged
    assert "clear producer and all that follows it" in logged


def test_triggers_of_one_run_share_a_look(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look is two requests; a run has a hundred triggers, nothing is kept of it after them."""
    monkeypatch.setattr(node_task, "POLL_SECONDS", 60)
    looks.to_come = [("success", {"model.b": OK})] * 2

    async def run() -> None:
        together = [trigger() for _ in range(100)] + [trigger("another run")]
        ended = await asyncio.gather(*map(events_of, together))
        assert [type(event) for (event,) in ended] == [TaskSuccessEvent] * 101

    asyncio.run(run())
    assert sorted(looks.asked) == [("a_dag", run_id, "producer") for run_id in ("a run", "another run")]
    gc.collect()
    assert not Poller._pollers


def test_a_trigger_that_is_cancelled_takes_the_look_from_no_other(looks: Looks) -> None:
    """As when a person marks one task of a run as done."""
    looks.to_come = [("success", {"model.b": OK})]

    async def run() -> list[TriggerEvent]:
        cancelled, other = (asyncio.create_task(events_of(trigger())) for _ in range(2))
        await asyncio.sleep(0)
        cancelled.cancel()
        return await other

    (ended,) = asyncio.run(run())
    assert type(ended) is TaskSuccessEvent


def test_looks_that_fail_for_a_while_end_no_task(looks: Looks) -> None:
    """Airflow's database may be restarting; if it stays away, the trigger fails in the end."""
    away = [ConnectionError("no database")] * node_task.MAX_FAILED_LOOKS
    looks.to_come = [WAITING, *away, WAITING, *away, ("running", {"model.b": OK})]
    (ended,) = asyncio.run(events_of(trigger()))
    assert type(ended) is TaskSuccessEvent
    looks.to_come = [*away, ConnectionError("no database")]
    with pytest.raises(ConnectionError):
        asyncio.run(events_of(trigger("another run")))


class Instance:
    dag_id = "a_dag"


CONTEXT = {"ti": Instance(), "run_id": "a run"}


@pytest.fixture(autouse=True)
def no_look_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a process of its own to the tasks."""
    monkeypatch.setattr(node_task, "_final", {})


@pytest.mark.parametrize(
    ("look", "error", "words"),
    [
        (("failed", {"model.b": BROKEN}), AirflowFailException, "dbt model b failed"),
        (("failed", None), AirflowSkipException, "before dbt came to model.b"),
        ((None, None), AirflowFailException, "Expected that it has run dbt"),
    ],
)
def test_in_one_process_the_task_fails_with_the_reason(
    look: Look,
    error: type[Exception],
    words: str,
    task: NodeTask,
    looks: Looks,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The error of the task is dbt's, and so is one in its log."""
    looks.to_come = [look]
    with pytest.raises(error, match=words):
        task.execute(CONTEXT)
    assert ("[error" in capsys.readouterr().out) == bool(look[1])


def test_in_one_process_the_task_passes_with_its_nodes(task: NodeTask, looks: Looks) -> None:
    """Nothing is to be done for what dbt has done."""
    looks.to_come = [("success", {"model.b": OK})]
    task.execute(CONTEXT)


def test_in_one_process_the_tasks_share_what_is_final(task: NodeTask, looks: Looks) -> None:
    """A look is two requests; a build that has not ended is looked at again."""
    looks.to_come = [("running", None), ("success", {"model.b": OK})]
    with pytest.raises(AirflowFailException):
        task.execute(CONTEXT)
    for _ in range(2):
        task.execute(CONTEXT)
    assert not looks.to_come
