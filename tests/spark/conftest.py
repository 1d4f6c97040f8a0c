"""A Spark cluster for all tests of this folder: a master and two workers, as processes on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from include.pipeline.engines.spark.cluster import Cluster, started
from tests.dbt import pipeline
from tests.dbt.pipeline import Pipeline
from tests.spark.spark_pipeline import SparkPipeline
from tests.support import needs

Both = tuple[Pipeline, SparkPipeline]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return the cluster; it is stopped at the end."""
    needs.spark()
    with pytest.MonkeyPatch.context() as patch, started() as cluster:
        patch.setenv("MENTOR_SPARK_MASTER", cluster.address)
        # Few rows, in as many parts as there are workers.
        patch.setenv("MENTOR_SPARK_PARTITIONS", "2")
        yield cluster


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where dbt keeps what it has parsed for Spark: it takes ten seconds, once for all lakes."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture(scope="module")
def new_both(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, parsed: Path
) -> Iterator[Callable[[], Both]]:
    """Return a function that makes an empty warehouse and an empty lake."""
    with (
        pipeline.of_this_process(tmp_path_factory.mktemp("dbt")) as manifest,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("MENTOR_LAKE", "")

        def new() -> Both:
            folder = tmp_path_factory.mktemp("both")
            return Pipeline(folder / "duckdb", manifest), SparkPipeline(folder / "spark", manifest, parsed)

        yield new
