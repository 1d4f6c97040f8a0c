"""The gate as a task: cheap to import, small in XCom, loud in the log, and run by Airflow itself."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import PROJECT_DIR, load
from include.pipeline.quality.gate_operator import QualityGateOperator
from tests.support.imports import loaded_by

from .conftest import EVENTS, RUN_ID, event, land

LONG = "S" * 100_000


def test_a_dag_file_can_construct_it_without_loading_what_it_runs() -> None:
    """Every parse of the DAG would pay for an import that only the task needs."""
    code = (
        "from include.pipeline.quality.gate_operator import QualityGateOperator\n"
        "QualityGateOperator(task_id='quality_gate')"
    )
    assert loaded_by(code, {"airflow", "duckdb", "pandas", "great_expectations"}) == ["airflow"]


def test_it_is_not_retried_unless_asked_to() -> None:
    """The same rows fail the same way, whatever the DAG's default is."""
    defaults = {"retries": 3}
    assert QualityGateOperator(task_id="a").retries == 0
    assert QualityGateOperator(task_id="b", default_args=defaults).retries == 0
    assert QualityGateOperator(task_id="c", retries=2).retries == 2


@dataclass
class Ended:
    """How the task ended on two deliveries, run by Airflow one after the other, and what was logged."""

    passed: dict[str, Any]
    refused: dict[str, Any]
    log: str


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Run the gate as a task on a delivery with warnings, then on one that it refuses.

    The provider's metadata forbids the structlog that Airflow needs (requirements-override.in): this is the
    proof that it works with what is locked.
    """
    folder = tmp_path_factory.mktemp("gate")
    deliveries = {
        "passed": [
            *EVENTS,
            event("x-1", "session_started", 404),
            *(event(f"x-{n}", "session_ended", 71, f"{n}{LONG}") for n in range(2, 9)),
        ],
        "refused": [*EVENTS, event("x-1", "booking_requested", 404)],
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, events in deliveries.items():
            (folder / name).mkdir()
            patch.setenv("MENTOR_WAREHOUSE_DIR", str(folder / name / "warehouse"))
            load()
            land(folder / name, events=events)
    (folder / "dags").mkdir()
    script = shutil.copy(Path(__file__).with_name("gate_dag.py"), folder / "dags")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "PYTHONPATH": str(PROJECT_DIR),
    }
    airflow = Path(sys.executable).with_name("airflow")
    subprocess.run([airflow, "db", "migrate"], env=environment, capture_output=True, check=True)
    warehouses = [folder / name / "warehouse" for name in deliveries]
    done = subprocess.run(
        [sys.executable, script, *warehouses], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed, refused = json.loads(done.stdout.splitlines()[-1])
    return Ended(passed, refused, done.stdout + done.stderr)


def test_warnings_let_the_delivery_pass(ended: Ended) -> None:
    """What the task hands on is small, whatever the rows hold."""
    assert (ended.passed["state"], ended.passed["error"]) == ("success", None)
    returned = ended.passed["xcom"]
    assert returned["checks"] == 27
    known, strange = returned["warnings"]
    assert known == 'events.user_id: "every user_id is in users" fails for 1 of 24 rows (user_id: 404)'
    assert strange.startswith('events.mentor_id: "every mentor_id is in mentors" fails for 7 of 24 rows')
    assert returned["results"].endswith(f"/quality/results/{file_name(RUN_ID)}.json")
    assert len(json.dumps(returned)) < 2_000


def test_each_warning_and_the_whole_are_a_line_of_the_log(ended: Ended) -> None:
    """And Great Expectations' 200 lines a run are not in it."""
    for warning in ended.passed["xcom"]["warnings"]:
        assert warning in ended.log
    assert "Quality gate passed: 27 checks, 0 critical, 2 warnings; " in ended.log
    assert ended.log.count("[great_expectations") <= 2


def test_a_refusal_fails_the_task_with_the_gate_s_message(ended: Ended) -> None:
    """The provider's own failure, which knows no severity, does not come in between."""
    assert (ended.refused["state"], ended.refused["xcom"]) == ("failed", None)
    kind, message, context = ended.refused["error"]
    assert (kind, context) == ("DeliveryRefused", "None")
    assert "fails for 1 of 5 rows (user_id: 404)" in message
