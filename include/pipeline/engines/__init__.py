"""What builds the models and where rows lie: DuckDB, or dbt on Spark over a lake of Parquet.

The rest of the pipeline knows the interfaces of `base.py`, and asks `chosen.py` for the engine.
"""
