"""Spark makes the same tables as DuckDB of the same deliveries, row for row, increment by increment."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.dbt import pipeline
from tests.dbt.pipeline import Pipeline
from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.worlds import make
from tests.spark.spark_pipeline import SparkPipeline

Both = tuple[Pipeline, SparkPipeline]
# MENTOR_TESTS_SEEDS=4 makes twenty deliveries, with a build of each: half an hour.
SEEDS = int(os.environ.get("MENTOR_TESTS_SEEDS", "1"))
BUILDS = (2, 5) if SEEDS == 1 else (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def new_both(tmp_path_factory: pytest.TempPathFactory, cluster: object) -> Iterator[Callable[[], Both]]:
    """Return a function that makes an empty warehouse and an empty lake."""
    with (
        pipeline.of_this_process(tmp_path_factory.mktemp("dbt")) as manifest,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("MENTOR_LAKE", "")

        def new() -> Both:
            folder = tmp_path_factory.mktemp("both")
            return Pipeline(folder / "duckdb", manifest), SparkPipeline(folder / "spark", manifest)

        yield new


def tables(one: Pipeline) -> dict[str, str]:
    one.use()
    return one.tables()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_increments_with_every_defect(new_both: Callable[[], Both], seed: int) -> None:
    """A world for each defect, in five deliveries; a build goes on with what the ones before have made."""
    worlds = [
        make(name, number, seed * 1000 + number, DEFECTS) for number, name in enumerate(DEFECTS, start=1)
    ]
    warehouse, lake = new_both()
    for number, shipment in enumerate(shipping.in_batches(worlds, seed), start=1):
        for one in (warehouse, lake):
            one.use()
            one.deliver(shipment.files, shipment.delivered.data_date)
            if number in BUILDS:
                one.build()
        if number in BUILDS:
            assert tables(lake) == tables(warehouse)
