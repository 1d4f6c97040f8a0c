"""The pipeline of tests/dbt/pipeline.py with Spark in the place of DuckDB."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from include.pipeline.core.settings import SPARK, declared
from include.pipeline.engines.spark.storage import dbt_tables
from tests.dbt.pipeline import WITHOUT_TESTS, Pipeline


@dataclass
class SparkPipeline(Pipeline):
    """A lake of its own below `folder`.

    Attributes:
        parsed: where dbt keeps what it has parsed, for the builds of all lakes.
    """

    parsed: Path

    def use(self) -> None:
        """Makes it the one that this process works in."""
        os.environ["MENTOR_ENGINE"] = SPARK
        os.environ["MENTOR_LAKE"] = str(self.folder / "lake")

    def build(self, *arguments: str, project: Path | None = None) -> None:
        """Runs every model of the dbt project on the cluster; raises AssertionError where one fails."""
        folder = dbt_tables.begin()
        done = subprocess.run(
            [*dbt_tables.program(folder), *WITHOUT_TESTS, *arguments],
            env={
                **os.environ,
                "DBT_TARGET": "spark",
                "DBT_TARGET_PATH": str(self.parsed),
                "DBT_LOG_PATH": str(self.parsed),
                "DBT_PROJECT_DIR": str(project or declared().dbt_project),
                "DBT_PROFILES_DIR": str(project or declared().dbt_project),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        dbt_tables.end(folder, is_finished=not done.returncode)
        assert done.returncode == 0, done.stdout
