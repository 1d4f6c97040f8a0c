"""The mentoring pipeline: everything that is not wiring (dags/) and not SQL (include/dbt)."""
