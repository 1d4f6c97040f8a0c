"""The engine that MENTOR_ENGINE names. Only its modules are loaded."""

from include.pipeline.core.settings import SPARK, settings
from include.pipeline.engines.base import Engine, Storage


def engine() -> Engine:
    """Return the engine of the settings.

    Raises:
        SettingInvalid: MENTOR_ENGINE names none.
    """
    if settings().engine == SPARK:
        from include.pipeline.engines.spark.spark_engine import SparkEngine

        return SparkEngine()
    return installed_engine()


def installed_engine() -> Engine:
    """Return the engine whose dbt is in every environment, for what needs only dbt's project."""
    from include.pipeline.engines.duckdb_engine import DuckDbEngine

    return DuckDbEngine()


def storage() -> Storage:
    """Return where the engine of the settings keeps rows."""
    return engine().storage
