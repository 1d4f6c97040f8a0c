"""A table that Spark adds to lies in so many folders as it was made with."""

from collections.abc import Callable

import pytest

from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.worlds import make
from tests.spark.conftest import Both

SELECTED = ("--select", "+int_requests")


def test_another_number_takes_a_full_refresh(
    new_both: Callable[[], Both], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An increment in other folders would leave the rows of its pairs in the old ones as well."""
    worlds = [make(name, number, number, DEFECTS) for number, name in enumerate(DEFECTS, start=1)]
    lake = new_both()[1]
    first, second, *_ = shipping.in_batches(worlds, 0)
    lake.use()
    lake.deliver(first.files, first.delivered.data_date)
    lake.build(*SELECTED)
    lake.deliver(second.files, second.delivered.data_date)
    monkeypatch.setenv("MENTOR_SPARK_BUCKETS", "3")
    with pytest.raises(AssertionError, match="schemas on this incremental model are out of sync"):
        lake.build(*SELECTED)
    lake.build(*SELECTED, "--full-refresh")
