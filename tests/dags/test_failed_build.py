"""A failed build is never published: Airflow's scheduler decides over the real DAG."""

import pytest
from airflow.models.dagrun import DagRun
from sqlalchemy.orm import Session

BUILD = "dbt.build"
AFTERWARDS = ("dbt.built", "publish", "report")


def decide(run: DagRun, session: Session, build: str, nodes: str) -> dict[str, str | None]:
    """Return the states of what follows the build when all else has ended; "ready" for a task that may start.

    Args:
        run: without a task that has ended.
        session: of the run.
        build: how the task that runs dbt ended.
        nodes: how the tasks of models and tests ended.
    """
    for instance in run.get_task_instances(session=session):
        if instance.task_id == BUILD:
            instance.state = build
        elif instance.task_id.startswith("dbt.") and instance.task_id not in AFTERWARDS:
            instance.state = nodes
        elif instance.task_id not in AFTERWARDS:
            instance.state = "success"
    session.flush()
    ready = set()
    while run.state == "running":
        schedulable, _ = run.update_state(session=session, execute_callbacks=False)
        for instance in schedulable:
            ready.add(instance.task_id)
            instance.state = "success"
        session.flush()
    states = {instance.task_id: instance.state for instance in run.get_task_instances(session=session)}
    return {task_id: "ready" if task_id in ready else states[task_id] for task_id in AFTERWARDS}


@pytest.mark.parametrize("nodes", ["success", "skipped", "failed", "upstream_failed"])
@pytest.mark.parametrize("build", ["failed", "upstream_failed"])
def test_a_failed_build_is_never_published(run: DagRun, session: Session, build: str, nodes: str) -> None:
    """Nor reported: neither where the tasks of models show nothing of it, nor where they are skipped."""
    assert decide(run, session, build, nodes) == dict.fromkeys(AFTERWARDS, "upstream_failed")
    assert run.state == "failed"


@pytest.mark.parametrize("nodes", ["success", "skipped"])
def test_a_good_build_is_published(run: DagRun, session: Session, nodes: str) -> None:
    """The run ends well."""
    assert decide(run, session, "success", nodes) == dict.fromkeys(AFTERWARDS, "ready")
    assert run.state == "success"


def test_a_task_that_only_shows_a_model_holds_up_nothing(run: DagRun, session: Session) -> None:
    """It may die for a reason of its own: the good build is published, and the run fails to tell of it."""
    assert decide(run, session, "success", "failed") == dict.fromkeys(AFTERWARDS, "ready")
    assert run.state == "failed"
