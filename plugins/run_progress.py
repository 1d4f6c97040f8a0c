"""Registers the listener that reports the progress of a run to `make run`."""

from types import ModuleType
from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from include.pipeline.orchestration import progress


class RunProgressPlugin(AirflowPlugin):
    """Calls `include.pipeline.orchestration.progress` when a task ends."""

    name = "run_progress"
    listeners: ClassVar[list[ModuleType]] = [progress]
