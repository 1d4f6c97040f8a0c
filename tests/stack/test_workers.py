"""With the profile celery, several workers do the tasks of a run; the last tests, for the stack stays so."""

import pytest

from tests.stack.api import Api
from tests.stack.stack import TIER_TABLE, Stack

pytestmark = pytest.mark.airflow


@pytest.mark.usefixtures("first_run")
def test_two_workers_share_a_run(stack: Stack, admin: Api) -> None:
    """Both do tasks of it, in the one warehouse, and the figures are the same."""
    stack.make("down")
    stack.make("up", "WORKERS=2")
    versions = stack.versions()
    run = admin.trigger()
    assert admin.ended(run)["state"] == "success"
    # Those of models end in the triggerer, on no host.
    hosts = {task["hostname"] for task in admin.tasks(run).values()} - {None, ""}
    workers = {
        stack.engine.docker("inspect", "--format", "{{.Config.Hostname}}", each).strip()
        for each in stack.compose("--profile", "celery", "ps", "--quiet", "worker").split()
    }
    assert len(workers) == 2
    assert workers <= hosts
    assert stack.results() == TIER_TABLE
    assert len(stack.versions().splitlines()) == len(versions.splitlines()) + 1
