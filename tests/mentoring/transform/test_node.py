"""The tasks of models and tests: what Airflow is told of them, and how their trigger ends them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.serialization.serialized_objects import DagSerialization
from airflow.triggers.base import TaskFailedEvent, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent

from include.mentoring.transform import node
from include.mentoring.transform.node import Look, NodeTask, NodeTrigger
from include.mentoring.transform.results import Result

OK = Result(ok=True, message="OK, 0.10 s")
BROKEN = Result(ok=False, message="dbt model b failed")
WAITING: Look = ("running", None)


@pytest.fixture
def task() -> NodeTask:
    with DAG("a_dag", schedule=None):
        return NodeTask(task_id="b", nodes=["model.b"], producer_task_id="dbt.producer")


def trigger(of_run: str = "a run") -> NodeTrigger:
    return NodeTrigger(nodes=["model.b"], dag_id="a_dag", producer_task_id="dbt.producer", of_run=of_run)


def test_the_scheduler_can_start_the_trigger_by_itself(task: NodeTask) -> None:
    """What the scheduler reads of the task is all that the trigger needs; the run's id is rendered later."""
    task.wait_in_triggerer()
    (kept,) = DagSerialization.from_dict(DagSerialization.to_dict(task.dag)).tasks
    assert kept.start_from_trigger is True
    arguments = kept.start_trigger_args
    assert arguments.trigger_cls == "include.mentoring.transform.node.NodeTrigger"
    assert set(arguments.trigger_kwargs["__var"]) == {"nodes", "dag_id", "producer_task_id", "of_run"}
    assert "of_run" in kept.template_fields


def test_by_hand_the_task_takes_its_turn(task: NodeTask) -> None:
    """Where there is no triggerer it runs like any other."""
    assert task.start_from_trigger is False


@pytest.mark.parametrize(
    ("look", "event"),
    [
        (("running", {"model.b": OK}), TaskSuccessEvent),
        (("failed", {"model.b": BROKEN}), TaskFailedEvent),
        (("failed", {}), TaskSkippedEvent),
    ],
)
def test_the_trigger_ends_the_task(look: Look, event: type[TriggerEvent]) -> None:
    """It waits through looks that say nothing of its nodes, ends the task, and looks no further."""

    async def stream() -> AsyncIterator[Look]:
        for found in (WAITING, ("running", {"model.a": OK}), look):
            yield found
        raise AssertionError("it looked further")

    async def events() -> list[TriggerEvent]:
        return [found async for found in trigger().filter_shared_stream(stream())]

    (ended,) = asyncio.run(events())
    assert type(ended) is event


def test_triggers_of_one_run_share_a_look() -> None:
    """A look is a request; a run has a hundred triggers."""
    assert trigger().shared_stream_key() == trigger().shared_stream_key()
    assert trigger().shared_stream_key() != trigger("another run").shared_stream_key()


def test_looks_that_fail_for_a_while_end_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's database may be starting anew; one that stays away is told of in the end."""
    looks: list[Look | Exception] = []

    def look(*_: str) -> Look:
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def events() -> list[TriggerEvent]:
        stream = NodeTrigger.open_shared_stream(trigger().serialize()[1])
        return [found async for found in trigger().filter_shared_stream(stream)]

    monkeypatch.setattr(node, "_look", look)
    monkeypatch.setattr(node, "POLL_SECONDS", 0)
    away = [ConnectionError("no database")] * node.LOOKS_THAT_MAY_FAIL
    looks[:] = [WAITING, *away, WAITING, *away, ("running", {"model.b": OK})]
    (ended,) = asyncio.run(events())
    assert type(ended) is TaskSuccessEvent
    looks[:] = [*away, ConnectionError("no database")]
    with pytest.raises(ConnectionError):
        asyncio.run(events())


def test_the_look_goes_on_with_what_a_trigger_keeps_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The triggerer makes the shared look from one of the triggers, as serialized."""
    asked: list[tuple[Any, ...]] = []

    def look(*of: Any) -> Look:
        asked.append(of)
        return "success", {"model.b": OK}

    monkeypatch.setattr(node, "_look", look)
    path, kept = trigger().serialize()
    assert path == "include.mentoring.transform.node.NodeTrigger"
    again = NodeTrigger(**kept)

    async def events() -> list[TriggerEvent]:
        return [found async for found in again.run()]

    (ended,) = asyncio.run(events())
    assert type(ended) is TaskSuccessEvent
    assert asked == [("a_dag", "a run", "dbt.producer")]


class Instance:
    dag_id = "a_dag"


CONTEXT = {"ti": Instance(), "run_id": "a run"}


@pytest.fixture(autouse=True)
def no_look_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a process of its own to the tasks."""
    monkeypatch.setattr(node, "_final", {})


@pytest.mark.parametrize(
    ("look", "error", "words"),
    [
        (("failed", {"model.b": BROKEN}), AirflowFailException, "dbt model b failed"),
        (("failed", None), AirflowSkipException, "before dbt came to model.b"),
        ((None, None), AirflowFailException, "Expected that it has run dbt"),
    ],
)
def test_by_hand_the_task_fails_with_the_reason(
    look: Look, error: type[Exception], words: str, task: NodeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of the task is dbt's."""
    monkeypatch.setattr(node, "_look", lambda *of: look)
    with pytest.raises(error, match=words):
        task.execute(CONTEXT)


def test_by_hand_the_task_passes_with_its_nodes(task: NodeTask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is to be done for what dbt has done."""
    monkeypatch.setattr(node, "_look", lambda *of: ("success", {"model.b": OK}))
    task.execute(CONTEXT)


def test_by_hand_the_tasks_share_what_is_final(task: NodeTask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look is two requests; a build that has not ended is looked at again."""
    looks: list[Look] = [("running", None), ("success", {"model.b": OK})]
    monkeypatch.setattr(node, "_look", lambda *of: looks.pop(0))
    with pytest.raises(AirflowFailException):
        task.execute(CONTEXT)
    for _ in range(2):
        task.execute(CONTEXT)
    assert not looks
