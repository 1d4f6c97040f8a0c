"""A run without its delivery works with what is there; the other stages are tested by the runs they make."""

import pytest

from include.pipeline.core import trial
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.orchestration import stages
from tests.support.deliveries import Bench, users


def test_what_goes_on_is_the_present_build(bench: Bench) -> None:
    """Whole, though the last run damaged it, with the rows that it had, and nothing landed."""
    bench.deliver("users", users(3))
    bench.land("users", users(4))
    settings().build_path.write_bytes(b"no database")
    stages.keep_previous("a run")
    assert bench.build("select count(*) from raw.users") == [(3,)]
    assert bench.landed("select count(*) from delivered.files") == [(0,)]
    assert bench.landed("select run_id from delivered.runs") == [("a run",)]


def test_an_audit_goes_on_with_a_copy(bench: Bench) -> None:
    """As it would with a delivery."""
    bench.deliver("users", users(3))
    stages.keep_previous("a run", is_trial=True)
    assert trial.is_current()
    assert bench.build("select count(*) from raw.users") == [(3,)]
    stages.keep_previous("the next one")
    assert not trial.is_current()


def test_there_must_be_something_to_go_on_with(bench: Bench) -> None:
    """An empty build would be published as if there were no users."""
    with pytest.raises(WarehouseInvalid, match=r"has no data: found no accepted delivery\. Expected"):
        stages.keep_previous("a run")
