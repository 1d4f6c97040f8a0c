"""What builds the models: DuckDB, or dbt on Spark over a lake of Parquet."""
