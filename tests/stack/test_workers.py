"""Several workers do the tasks of a run, and Spark's its models; the last tests, for the stack stays so."""

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


@pytest.mark.usefixtures("first_run")
def test_spark_makes_the_models(stack: Stack, admin: Api) -> None:
    """Beside two workers of Celery's, on two of its own that see the lake alone; the figures are the same."""
    stack.make("down")
    stack.make("up", "WORKERS=2", "ENGINE=spark")
    run = admin.trigger()
    assert admin.ended(run)["state"] == "success"
    assert stack.results() == TIER_TABLE
    count = 'cat lake/tables/*/event-log/*/events_* | grep -o \'"Executor ID":"[0-9]*"\' | sort -u | wc -l'
    assert stack.inside("scheduler", "sh", "-c", count).strip() == "2"
    assert stack.inside("api-server", "sh", "-c", "ls lake/versions").strip() == "1"
