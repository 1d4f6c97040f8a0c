"""A DAG that one process runs as a whole: alone in the warehouse, or not at all.

tests/test_one_process.py has whole runs.
"""

import json
from pathlib import Path

import pytest
from airflow.sdk import BaseOperator
from filelock import FileLock

from include.pipeline.core import lock
from include.pipeline.core.settings import settings
from include.pipeline.orchestration.pipeline_dag import PipelineDag


class Adapting(BaseOperator):
    """A task with another form for one process."""

    is_adapted = False

    def adapt_to_one_process(self) -> None:
        self.is_adapted = True


@pytest.fixture
def dag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PipelineDag:
    """A DAG in a warehouse of its own, which notes how far it has come."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_LOCK_WAIT_MINUTES", "0")
    monkeypatch.setenv("MENTOR_PROGRESS_FILE", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(lock, "_held", {})
    with PipelineDag("a_dag", schedule=None) as dag:
        Adapting(task_id="adapting")
    return dag


@pytest.mark.parametrize("reason", ["warehouse", "records", "parameter"])
def test_a_run_that_cannot_be_alone_touches_nothing(
    reason: str, dag: PipelineDag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends with the reason, which `make run` shows as well."""
    settings().build_dir.mkdir(parents=True)
    other = FileLock(settings().build_dir / "warehouse.lock")
    if reason == "warehouse":
        other.acquire()
    elif reason == "records":
        monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://airflow@db/airflow")
    with pytest.raises(SystemExit) as refused:
        dag.test(run_conf={"windw": 7} if reason == "parameter" else None)
    other.release()
    words = {
        "warehouse": "is taken: found another run at work",
        "records": "metadata database is postgresql",
        "parameter": "found windw in conf. Expected only an empty one",
    }
    assert words[reason] in str(refused.value)
    *_, noted = map(json.loads, (tmp_path / "progress.jsonl").read_text(encoding="utf-8").splitlines())
    assert noted == {"task": "start", "state": "failed", "error": str(refused.value)}
    assert not dag.get_task("adapting").is_adapted
