"""A run of the real DAG in the metadata database of these tests, as the scheduler makes it."""

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
