"""Spark makes the same tables as DuckDB of the same deliveries, row for row, increment by increment."""

import os
from collections.abc import Callable

import pytest

from tests.dbt.pipeline import Pipeline
from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.worlds import make
from tests.spark.conftest import Both

# MENTOR_TESTS_SEEDS=4 makes twenty deliveries, with a build of each: half an hour.
SEEDS = int(os.environ.get("MENTOR_TESTS_SEEDS", "1"))
BUILDS = (2, 5) if SEEDS == 1 else (1, 2, 3, 4, 5)


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
