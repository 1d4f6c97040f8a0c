"""Spark: rows are Parquet in a lake, and dbt runs on a cluster, from an environment of its own."""

from include.pipeline.engines.base import Dbt, Engine, Storage


class SparkEngine(Engine):
    """Builds in a lake, which any worker can reach."""

    queue = None
    dbt_target = "spark"
    dbt_artifacts = "spark"
    runs_dbt_here = False
    is_one_file = False

    @property
    def storage(self) -> Storage:
        """The lake."""
        # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.engines.spark.storage.lake import Lake

        return Lake()

    def begin_dbt(self) -> Dbt:
        """Prepare a folder for dbt's tables, of which the build's database then has views."""
        # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.engines.spark.storage import dbt_tables

        folder = dbt_tables.begin()

        def end(exit_code: int) -> str | None:
            dbt_tables.end(folder, is_finished=exit_code == 0)
            return dbt_tables.reason(folder)

        return Dbt(dbt_tables.program(folder), end)
