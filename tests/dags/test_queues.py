"""To which of Celery's workers the DAG's tasks go."""

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from tests.support.imports import printed_by


@pytest.mark.parametrize(("engine", "queue"), [("duckdb", "warehouse"), ("spark", "default")])
def test_celerys_workers_get_the_tasks_by_queue(
    monkeypatch: pytest.MonkeyPatch, engine: str, queue: str
) -> None:
    """DuckDB's file is on one machine, a lake on all."""
    monkeypatch.setenv("MENTOR_ENGINE", engine)
    code = (
        "import json; from airflow.dag_processing.dagbag import DagBag;"
        f"bag = DagBag(dag_folder={str(PROJECT_DIR / 'dags')!r}, bundle_name='dags');"
        "print(json.dumps(sorted({task.queue for task in bag.dags['mentor_tier_report'].tasks})))"
    )
    assert printed_by(code) == [queue]
