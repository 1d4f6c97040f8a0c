"""The gate as a task: cheap to import, small in XCom, loud in the log."""

import json
import logging

import pytest

from include.mentoring.errors import DeliveryRefused
from include.mentoring.gate.operator import QualityGateOperator
from include.mentoring.runs import file_name
from tests.imports import loaded_by

from .conftest import EVENTS, RUN_ID, Deliver, event


def test_a_dag_file_can_construct_it_without_loading_what_it_runs() -> None:
    """Every parse of the DAG would pay for an import that only the task needs."""
    code = (
        "from include.mentoring.gate.operator import QualityGateOperator\n"
        "QualityGateOperator(task_id='quality_gate')"
    )
    assert loaded_by(code, {"airflow", "duckdb", "pandas", "great_expectations"}) == ["airflow"]


def test_it_is_not_retried_unless_asked_to() -> None:
    """The same rows fail the same way, whatever the DAG's default is."""
    defaults = {"retries": 3}
    assert QualityGateOperator(task_id="a").retries == 0
    assert QualityGateOperator(task_id="b", default_args=defaults).retries == 0
    assert QualityGateOperator(task_id="c", retries=2).retries == 2


def test_it_returns_small_values_and_logs_each_warning(
    deliver: Deliver, capfd: pytest.CaptureFixture[str]
) -> None:
    """One line a failed warning check and one for the whole; no rows in XCom."""
    deliver(events=[*EVENTS, event("x-1", "session_started", 404)])
    operator = QualityGateOperator(task_id="quality_gate")
    logging.getLogger("great_expectations").setLevel(logging.NOTSET)
    returned = operator.execute({"run_id": RUN_ID})
    warning = 'events.user_id: "every user_id is in users" fails for 1 of 17 rows (user_id: 404)'
    assert returned["checks"] == 27
    assert returned["warnings"] == [warning]
    assert returned["results"].endswith(f"/quality/results/{file_name(RUN_ID)}.json")
    assert len(json.dumps(returned)) < 1000
    assert logging.getLogger("great_expectations").level == logging.WARNING
    logged = "".join(capfd.readouterr())
    assert warning in logged
    assert "Quality gate passed: 27 checks, 0 critical, 1 warnings; " in logged
    assert "great_expectations" not in logged


def test_it_refuses_with_the_gate_s_message(deliver: Deliver) -> None:
    """The provider's own failure, which knows no severity, does not come in between."""
    deliver(events=[*EVENTS, event("x-1", "booking_requested", 404)])
    with pytest.raises(DeliveryRefused, match="fails for 1 of 5 rows") as refusal:
        QualityGateOperator(task_id="quality_gate").execute({"run_id": RUN_ID})
    assert refusal.value.__context__ is None
