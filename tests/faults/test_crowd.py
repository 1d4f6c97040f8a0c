"""Several runs at once on one warehouse, as people start them, and a whole run that is killed."""

from pathlib import Path

import pytest

from tests.faults import airflow_runs
from tests.faults.airflow_runs import DAG_TEST, MAKE_RUN
from tests.faults.lab import Lab
from tests.faults.test_kills import assert_well

# So long that the others have met the first one, and so short that they give up before it ends.
WAIT_MINUTES = 0.05


@pytest.fixture(scope="module")
def airflow_home(lab: Lab) -> Path:
    """Return an Airflow home with its metadata database."""
    return airflow_runs.metadata(lab.scratch / "airflow")


def test_triggers_at_once(lab: Lab, airflow_home: Path) -> None:
    """One works, the others name the lock holder and since when; no lock error is shown."""
    commands = [MAKE_RUN, MAKE_RUN, DAG_TEST]
    outcome, ended = airflow_runs.crowd(lab.second, lab.folder(), airflow_home, commands, WAIT_MINUTES)
    assert_well([outcome])
    assert sorted(command.code for command in ended) == [0, 1, 1]


def test_a_whole_run_that_is_killed(lab: Lab, airflow_home: Path) -> None:
    """`airflow dags test`, killed under way: what is published is whole, and the same command ends well."""
    outcome = airflow_runs.killed(lab.second, lab.folder(), airflow_home, seconds=30, seed=5)
    assert_well([outcome])
