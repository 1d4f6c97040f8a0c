"""Spark: rows are Parquet in a lake, and dbt runs on a cluster, from an environment of its own."""

from include.pipeline.engines.base import Engine, Storage


class SparkEngine(Engine):
    """Builds in a lake, which any worker can reach."""

    queue = None

    @property
    def storage(self) -> Storage:
        """The lake."""
        # Not at the head of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.engines.spark.storage.lake import Lake

        return Lake()
