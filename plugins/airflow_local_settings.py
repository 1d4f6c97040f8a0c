"""Airflow imports this file before it opens its metadata database (Airflow prescribes its name)."""

from include.pipeline.orchestration import airflow_database
from include.pipeline.orchestration.refused_runs import task_instance_mutation_hook

# Airflow makes each of these names one of its own settings.
__all__ = ["task_instance_mutation_hook"]

airflow_database.prepare()
