"""dbt on Apache Spark, in an environment of its own, .venv-spark, which has neither Airflow nor DuckDB.

`dbt_main.py`, `session.py` and `watchdog.py` run there. `spark_engine.py` and `storage/` run in Airflow's
environment; `cluster.py` and `service.py` run in both.
"""
