"""What is refused at the trigger; tests/test_schedule.py asks a real Airflow."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from include.pipeline.core.data_dates import DateRefused
from include.pipeline.core.settings import declared
from include.pipeline.orchestration.params import ParameterUnknown
from include.pipeline.orchestration.refused_runs import task_instance_mutation_hook

FUTURE = datetime(9998, 8, 1, tzinfo=UTC)
EARLY = datetime(2019, 12, 31, tzinfo=UTC)


def ask(dag_id: str = "", **changed: Any) -> None:
    run = {"run_type": "manual", "state": "queued", "logical_date": None, "conf": None, **changed}
    task_instance_mutation_hook(SimpleNamespace(dag_id=dag_id or declared().dag_id), SimpleNamespace(**run))


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ({"logical_date": FUTURE}, "lies in the future"),
        ({"logical_date": FUTURE, "conf": {"data_date": "2023-08-01"}}, "lies in the future"),
        ({"logical_date": EARLY}, "found 2019-12-31"),
        ({"conf": {"data_date": "2019-12-30"}}, "found 2019-12-30"),
    ],
)
def test_a_triggered_run_that_could_do_nothing_is_not_made(run: dict[str, Any], words: str) -> None:
    """Not even to fail: all other runs would wait for it."""
    with pytest.raises(DateRefused, match=words):
        ask(**run)


def test_a_run_that_asks_for_what_is_unknown_is_not_made() -> None:
    """A typo would give the standard run, and publish it."""
    with pytest.raises(ParameterUnknown, match="found rebooking_window in conf") as refused:
        ask(conf={"rebooking_window": 60, "audit_only": True})
    assert "data_date, future_date, full_refresh, audit_only, rebooking_window_days" in str(refused.value)


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"conf": {"rebooking_window_days": 60, "audit_only": True}},
        {"logical_date": datetime(2023, 8, 1, tzinfo=UTC)},
        {"logical_date": EARLY, "conf": {"data_date": "2023-08-01"}},
        {"conf": {"data_date": "2031-08-01"}},
        # Of `airflow dags test`, of the schedule, of a backfill, and of another pipeline.
        {"logical_date": FUTURE, "state": "running"},
        {"logical_date": EARLY, "run_type": "scheduled"},
        {"logical_date": EARLY, "run_type": "backfill"},
        {"logical_date": FUTURE, "dag_id": "another", "conf": {"of": "another"}},
    ],
)
def test_other_runs_are_made(run: dict[str, Any]) -> None:
    """The policy is asked about every task of every DAG."""
    ask(**run)
    task_instance_mutation_hook(SimpleNamespace(dag_id=declared().dag_id), None)
