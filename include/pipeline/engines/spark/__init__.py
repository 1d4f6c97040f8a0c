"""dbt on Apache Spark, in an environment of its own, .venv-spark, which has neither Airflow nor DuckDB.

`cluster.py` alone needs nothing of that environment but its place.
"""
