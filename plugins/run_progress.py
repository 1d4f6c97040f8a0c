"""Registers the listener that tells `make run` how far a run has come."""

from types import ModuleType
from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from include.pipeline.orchestration import progress


class RunProgressPlugin(AirflowPlugin):
    """Calls `include.pipeline.orchestration.progress` when a task ends."""

    name = "run_progress"
    listeners: ClassVar[list[ModuleType]] = [progress]
