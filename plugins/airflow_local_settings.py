"""Airflow imports this file before it opens its metadata database (Airflow prescribes its name)."""

from include.pipeline.orchestration import airflow_database

# Airflow makes each of these names one of its own settings.
__all__: list[str] = []

airflow_database.prepare()
