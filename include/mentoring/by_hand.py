"""Has `airflow dags test` wait for its turn before it touches anything, Airflow's own records included.

Of two that run for the same date at once, the second would take the first one's records away.
"""

import sys
from typing import Any

from airflow.utils import cli_action_loggers

from include.mentoring import lease, metadata, progress, sparing
from include.mentoring.errors import MentoringError
from include.mentoring.settings import is_by_hand

COMMANDS = ("dag_test", "task_test")
DAG_ID = "mentor_tier_report"


def register() -> None:
    """Have Airflow's command line call `take_turn` before a command, and spare a run by hand what it can."""
    if is_by_hand():
        sparing.begin()
    cli_action_loggers.register_pre_exec_callback(take_turn)


def take_turn(sub_command: str, dag_id: str | None = None, **_: Any) -> None:
    """Take the warehouse for this process, if the command runs the DAG in it.

    Raises:
        SystemExit: another run has it and does not end in time.
    """
    if sub_command not in COMMANDS or dag_id != DAG_ID:
        return
    # Not at the head of the file: it loads DuckDB, and Airflow imports this module with every process.
    from include.mentoring.faults import explained

    try:
        with explained():
            metadata.ensure()
            lease.take(f"airflow {sub_command.replace('_', 's ')}", is_one_process=True, tell=_tell)
    except MentoringError as error:
        progress.note_refusal(str(error))
        raise SystemExit(str(error)) from error
    sparing.keep_newest_api()


def _tell(waiting: str) -> None:
    print(waiting, file=sys.stderr, flush=True)
    progress.note_waiting(waiting)
