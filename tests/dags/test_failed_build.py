"""A failed build is never published: Airflow's scheduler decides over the real DAG."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models.dagrun import DagRun, get_or_create_dagrun
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.session import create_session
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy.orm import Session

from include.pipeline.core.settings import PROJECT_DIR

BUILD = "dbt.build"
AFTERWARDS = ("dbt.built", "publish", "report")


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session on the metadata database of these tests."""
    with create_session() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def dag(session: Session) -> Any:
    """The DAG as the scheduler knows it."""
    DagBundlesManager().sync_bundles_to_db(session=session)
    session.commit()
    bag = DagBag(dag_folder=str(PROJECT_DIR / "dags"), bundle_name="dags-folder")
    sync_bag_to_db(bag, "dags-folder", None, session=session)
    return DagSerialization.from_dict(DagSerialization.to_dict(bag.dags["mentor_tier_report"]))


@pytest.fixture
def run(dag: Any, session: Session) -> DagRun:
    """A run of the DAG, as the scheduler makes it."""
    now = datetime.now(UTC)
    return get_or_create_dagrun(
        dag=dag,
        run_id=f"manual__{now.isoformat()}",
        logical_date=now,
        data_interval=(now, now),
        run_after=now,
        conf=None,
        triggered_by=DagRunTriggeredByType.TEST,
        triggering_user_name="tests",
        start_date=now,
        session=session,
    )


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
