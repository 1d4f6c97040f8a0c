"""The settings of engine spark."""

from pydantic import Field

from include.pipeline.core.declaration import PROJECT_DIR
from include.pipeline.core.settings import Section

# Where dbt for Spark is installed; Airflow's own dbt is in .venv.
SPARK_PYTHON = PROJECT_DIR / ".venv-spark" / "bin" / "python"


class SparkSettings(Section):
    """The settings of engine spark.

    Attributes:
        spark_master: address of the cluster; None if a build starts its own.
        spark_memory: of Spark's driver and of each executor, as Java writes it ("2g").
        spark_partitions: how many parts Spark divides what it sorts or joins into.
        spark_wait_minutes: how long a build may be without any executor.
    """

    spark_master: str | None = None
    spark_memory: str
    spark_partitions: int = Field(ge=1, le=1_000_000)
    spark_wait_minutes: float = Field(ge=0.01, le=10_000)


def spark_settings() -> SparkSettings:
    """Return the settings of engine spark.

    Raises:
        SettingInvalid: a variable is missing or is not of its type.
    """
    return SparkSettings.read()
