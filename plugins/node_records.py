"""Registers what the tasks of models and tests show: dbt's own times and warnings, and their compiled SQL."""

from types import ModuleType
from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from include.pipeline.transform import node_records
from include.pipeline.transform.compiled_sql import CompiledSqlLink


class NodeRecordsPlugin(AirflowPlugin):
    """Calls `include.pipeline.transform.node_records` when a run ends, and links the compiled SQL."""

    name = "node_records"
    listeners: ClassVar[list[ModuleType]] = [node_records]
    operator_extra_links: ClassVar[list[CompiledSqlLink]] = [CompiledSqlLink()]
