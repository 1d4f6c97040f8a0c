"""`make metrics` where it cannot answer; tests/dbt/test_metrics.py has what it answers."""

import pytest

from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.transform import metrics
from tests.support.deliveries import Bench


def test_metrics_need_a_published_database(bench: Bench) -> None:
    """Before the first run there is nothing to ask."""
    with pytest.raises(WarehouseInvalid, match="Expected a published database; run `make run`"):
        metrics.run(["list", "metrics"])
