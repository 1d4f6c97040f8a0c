"""A null where a contract promises none stops the model on Spark too, which keeps no constraints."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.worlds import make
from tests.spark.conftest import Both
from tests.spark.spark_pipeline import SparkPipeline

SELECTED = ("--select", "+int_requests")


def broken(folder: Path) -> Path:
    """Return a copy of the dbt project whose requests lack their time."""
    project = folder / "dbt"
    shutil.copytree(declared().dbt_project, project, ignore=shutil.ignore_patterns("target", "logs"))
    model = project / "models" / "intermediate" / "int_requests.sql"
    sql = model.read_text(encoding="utf-8")
    lacking = sql.replace(
        "        requested_at,\n", "        nullif(requested_at, requested_at) as requested_at,\n"
    )
    assert lacking != sql
    model.write_text(lacking, encoding="utf-8")
    return project


@pytest.mark.parametrize("builds_before", [0, 1])
def test_a_null_stops_the_model(new_both: Callable[[], Both], tmp_path: Path, builds_before: int) -> None:
    """When its table is made, and when an increment comes to it."""
    worlds = [make(name, number, number, DEFECTS) for number, name in enumerate(DEFECTS, start=1)]
    lake: SparkPipeline = new_both()[1]
    for shipment in shipping.in_batches(worlds, 0)[: builds_before + 1]:
        if lake.deliveries:
            lake.build(*SELECTED)
        lake.deliver(shipment.files, shipment.delivered.data_date)
    with pytest.raises(AssertionError, match=r"NOT NULL .* intermediate\.int_requests\.requested_at"):
        lake.build(*SELECTED, project=broken(tmp_path))
