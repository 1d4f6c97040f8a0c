"""Who does the tasks of a run where there are several workers; the last tests, for the stack stays so."""

import json

import pytest

from tests.stack.api import Api
from tests.stack.stack import PROJECT, TIER_TABLE, Stack


@pytest.mark.usefixtures("first_run")
def test_the_writer_has_all_tasks_of_duckdb(stack: Stack, admin: Api) -> None:
    """By their queue: it alone has the warehouse, and the other two workers stay as they are."""
    stack.make("down")
    stack.make("up", "WORKERS=2")
    versions = stack.versions()
    run = admin.trigger()
    assert admin.ended(run)["state"] == "success", failed(admin, run)
    assert {task["state"] for task in admin.tasks(run).values()} == {"success"}
    assert hosts(admin, run) == names(stack, "writer")
    assert len(names(stack, "worker")) == 2
    assert stack.results() == TIER_TABLE
    assert len(stack.versions().splitlines()) == len(versions.splitlines()) + 1


@pytest.mark.usefixtures("first_run")
def test_two_workers_share_a_run_on_spark(stack: Stack, admin: Api) -> None:
    """And nothing else but the lake; Spark's own two workers see that alone. The figures are the same."""
    stack.make("down")
    stack.make("up", "WORKERS=2", "ENGINE=spark")
    run = admin.trigger()
    assert admin.ended(run)["state"] == "success", failed(admin, run)
    assert {task["state"] for task in admin.tasks(run).values()} == {"success"}
    assert hosts(admin, run) == names(stack, "worker")
    assert len(names(stack, "worker")) == 2
    for service, volumes in {"worker": {"secrets", "lake"}, "spark-worker": {"lake"}}.items():
        for container in containers(stack, service):
            mounts = json.loads(stack.engine.docker("inspect", "--format", "{{json .Mounts}}", container))
            shared = {mount["Name"] for mount in mounts if mount["Type"] == "volume"}
            assert shared == {f"{PROJECT}_{volume}" for volume in volumes}
    assert stack.inside("api-server", "cat", "lake/reports/latest/tier_results.csv") == TIER_TABLE
    count = 'cat lake/tables/*/event-log/*/events_* | grep -o \'"Executor ID":"[0-9]*"\' | sort -u | wc -l'
    assert stack.inside("scheduler", "sh", "-c", count).strip() == "2"
    assert stack.inside("api-server", "sh", "-c", "ls lake/versions").strip() == "1"
    # It lies on the worker alone.
    assert "Accepted as load" in admin.log(run, "validate.accept")


def hosts(api: Api, run: str) -> set[str]:
    """Return who did tasks of a run; those of models end in the triggerer, on no host."""
    return {task["hostname"] for task in api.tasks(run).values()} - {None, ""}


def failed(api: Api, run: str) -> str:
    """Return the ends of the logs of the failed tasks, which say why."""
    tasks = [name for name, task in api.tasks(run).items() if task["state"] == "failed"]
    return "\n".join(f"{name}: {api.log(run, name)[-2000:]}" for name in tasks)


def containers(stack: Stack, service: str) -> list[str]:
    return stack.compose("--profile", "celery", "--profile", "spark", "ps", "--quiet", service).split()


def names(stack: Stack, service: str) -> set[str]:
    """Return the host names of a service's containers."""
    name = "{{.Config.Hostname}}"
    return {
        stack.engine.docker("inspect", "--format", name, each).strip() for each in containers(stack, service)
    }
