"""Runs Airflow's command line."""

import subprocess
import sys
from collections.abc import Sequence


def airflow(*arguments: str, answers: Sequence[str] = ()) -> "subprocess.CompletedProcess[str]":
    """Run a command of Airflow and return its result, with what it printed.

    Args:
        arguments: of the command.
        answers: what a person would type when it asks, such as a password.
    """
    return subprocess.run(
        [sys.executable, "-m", "airflow", *arguments],
        input="".join(f"{answer}\n" for answer in answers),
        capture_output=True,
        text=True,
        # Without a terminal it reads the answers from its standard input.
        start_new_session=True,
    )
