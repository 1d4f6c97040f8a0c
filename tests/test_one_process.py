"""Whole DAG runs in one process, started in every way that ends in `DAG.test()`."""

import sqlite3
import sys
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR, declared
from tests.support.deployment import Deployment

pytestmark = pytest.mark.e2e

DATE = "2023-08-01"
DAG_TEST = ("dags", "test", "mentor_tier_report", DATE)
FROM_A_FILE = f"""
from datetime import UTC, datetime

from dags.mentor_tier_report import mentor_tier_report

if __name__ == "__main__":
    run = mentor_tier_report.test(logical_date=datetime.fromisoformat("{DATE}").replace(tzinfo=UTC))
    assert run.state == "success", run.state
"""


def deployment_in(folder: Path) -> Deployment:
    """Return a deployment on the sample with an Airflow home of its own, whose database is not made yet."""
    return Deployment(
        folder,
        environment={
            "MENTOR_DATA_DIR": str(declared().sample_data),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_DIR / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_DIR / "plugins"),
        },
    )


@pytest.fixture(scope="module")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The deployment after `airflow dags test`."""
    deployment = deployment_in(tmp_path_factory.mktemp("command"))
    done = deployment.process(str(Path(sys.executable).with_name("airflow")), *DAG_TEST)
    assert done.returncode == 0, done.stdout[-3000:]
    return deployment


def states(deployment: Deployment) -> set[str]:
    """Return the states of all tasks in Airflow's records of the deployment."""
    records = sqlite3.connect(deployment.folder / "airflow" / "airflow.db")
    with records:
        return {state for (state,) in records.execute("select state from task_instance")}


@pytest.mark.parametrize("way", ["python -m airflow", "coverage run -m airflow", "dag.test() in a file"])
def test_every_way_to_start_a_run_ends_as_the_command(
    way: str, by_command: Deployment, tmp_path: Path
) -> None:
    """The same marts are published and every task is green, in a folder that Airflow has never seen."""
    deployment = deployment_in(tmp_path)
    script = tmp_path / "run.py"
    script.write_text(FROM_A_FILE, encoding="utf-8")
    command = {
        "python -m airflow": ("-m", "airflow", *DAG_TEST),
        "coverage run -m airflow": (
            *("-m", "coverage", "run", f"--data-file={tmp_path / 'coverage'}", "-m", "airflow"),
            *DAG_TEST,
        ),
        "dag.test() in a file": (str(script),),
    }[way]
    done = deployment.process(sys.executable, *command)
    assert done.returncode == 0, done.stdout[-3000:]
    assert states(deployment) == states(by_command) == {"success"}
    assert deployment.marts() == by_command.marts() != {}
