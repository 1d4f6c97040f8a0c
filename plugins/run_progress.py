"""Registers the listener that tells `make run` how far a run has come."""

from types import ModuleType
from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from include.mentoring import progress


class RunProgressPlugin(AirflowPlugin):
    """Calls `include.mentoring.progress` when a task ends."""

    name = "run_progress"
    listeners: ClassVar[list[ModuleType]] = [progress]
