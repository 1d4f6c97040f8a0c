"""What `make run` shows of a run that has gone wrong before, in or after its tasks."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from include.pipeline.cli import run_dag
from include.pipeline.cli.run_dag import _failure
from include.pipeline.cli.run_display import short
from include.pipeline.core.settings import declared
from tests.support.deployment import Deployment


def test_the_failed_task_and_its_error_come_last(tmp_path: Path) -> None:
    """The last thing on the screen is what to act on; before it, what did not run and what stays."""
    failures = [{"task": "ingest.events", "error": "found 3. Expected 4; deliver it again."}]
    lines = _failure(failures, 7, "a long log", tmp_path / "run.log").splitlines()
    assert lines[-2:] == ["Failed: ingest.events", "found 3. Expected 4; deliver it again."]
    assert lines[0].startswith("1 failed, 7 not run; nothing is published. Log: ")


def test_the_first_failure_is_shown_not_those_it_caused(tmp_path: Path) -> None:
    """dbt's consumers fail after the producer, with less to say."""
    failures = [{"task": "first", "error": "the cause"}, {"task": "second", "error": "a consequence"}]
    assert _failure(failures, 0, "", tmp_path).splitlines()[-1] == "the cause"


def test_without_a_failed_task_the_end_of_the_log_is_shown(tmp_path: Path) -> None:
    """A DAG that does not import runs no task; Airflow's words are all there is."""
    text = "\n".join(f"line {number}" for number in range(40))
    shown = _failure([], 0, text, tmp_path / "run.log").splitlines()
    assert "line 39" in shown and "line 25" in shown and "line 24" not in shown
    assert "run.log" in shown[-1]


def test_a_run_without_a_task_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow ends it well where no task may run; the table on the screen would be that of an earlier run."""
    for name in ("MENTOR_LOG_DIR", "AIRFLOW_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    # It does nothing and ends well.
    monkeypatch.setattr(sys, "executable", "true")
    with pytest.raises(run_dag.RunFailed, match="Failed before the first task ended"):
        run_dag.run(None)


def test_ctrl_c_is_answered_in_a_line(tmp_path: Path) -> None:
    """What stays published, and what comes next; no traceback, and no process is left."""
    deployment = Deployment(tmp_path, environment={"MENTOR_DATA_DIR": str(declared().sample_data)})
    command = [sys.executable, "-m", "include.pipeline.cli", "run"]
    process = subprocess.Popen(
        command,
        cwd=deployment.project,
        env={**os.environ, **deployment.variables()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout and "log in" in process.stdout.readline()
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=60)[0]
    assert process.returncode == 130
    assert rest.splitlines()[-1] == "Stopped. Nothing is published; the next run starts over."
    assert "Traceback" not in rest
    # The helpers of Airflow's process end on their own after it.
    with pytest.raises(ProcessLookupError):
        for _ in range(300):
            os.killpg(process.pid, 0)
            time.sleep(0.1)


def test_a_path_below_the_current_folder_is_shown_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader copies it from where they stand."""
    monkeypatch.chdir(tmp_path)
    assert short(tmp_path / "reports") == "reports"
    assert short("/elsewhere/reports") == "/elsewhere/reports"


@pytest.mark.parametrize("name", ["MENTOR_LOG_DIR", "AIRFLOW_HOME"])
def test_a_project_that_cannot_be_written_says_which_folder_to_set(name: str, tmp_path: Path) -> None:
    """A run writes its log and Airflow's records into the project by default; they may lie elsewhere."""
    locked = tmp_path / "project"
    locked.mkdir(mode=0o555)
    folder = locked / "logs"
    # Root may write anywhere, but for these tests.
    code = "from tests.faults.privileges import drop; drop(); from include.pipeline.cli import __main__\n"
    deployment = Deployment(tmp_path, environment={name: str(folder)})
    done = deployment.process(sys.executable, "-c", f"{code}raise SystemExit(__main__.main(['run']))")
    assert done.returncode == 1
    assert f"{folder} cannot be written: Permission denied. Expected to write there ({name})" in done.stdout
    assert "Traceback" not in done.stdout
