"""Whatever happens to the services in mid-run, the run ends well and nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stack.api import Api, log_in
from tests.stack.stack import HOME, TIER_TABLE, Stack
from tests.support.scheduler import until

KEPT = f"cd {HOME} && find warehouse/versions reports -type f -exec sha256sum {{}} + | sort --key 2"


def _kill(service: str) -> Callable[[Stack], None]:
    """Return what kills all processes of a service at once, as a lack of memory would.

    `docker kill` would not do: Docker takes it for the wish that the service stay down.
    """

    def kill(stack: Stack) -> None:
        # The shell that kills does not come to its end either.
        with pytest.raises(AssertionError):
            stack.inside(service, "sh", "-c", "kill -KILL -1; sleep 60")

    return kill


@pytest.mark.usefixtures("first_run")
@pytest.mark.parametrize(
    ("service", "happen"),
    [
        pytest.param("scheduler", lambda stack: stack.compose("restart"), id="all services are restarted"),
        pytest.param("scheduler", _kill("scheduler"), id="the scheduler is killed"),
        pytest.param("triggerer", _kill("triggerer"), id="the triggerer is killed"),
    ],
)
def test_run_survives(stack: Stack, admin: Api, service: str, happen: Callable[[Stack], object]) -> None:
    """A run in the midst of which it happens ends well, publishes once, and gives the same figures."""
    versions = stack.versions()
    run = admin.trigger()
    until(lambda: _is_building(admin, run))
    happened = _now()
    happen(stack)
    ended = admin.ended(run)
    # Else it was none: the run was over, or the service did not notice.
    assert ended["end_date"] > happened
    assert stack.containers()[service]["State"]["StartedAt"] > happened
    assert ended["state"] == "success"
    assert stack.results() == TIER_TABLE
    assert len(stack.versions().splitlines()) == len(versions.splitlines()) + 1
    until(lambda: _is_healthy(stack))


@pytest.mark.usefixtures("first_run")
def test_down_and_up_loses_nothing(stack: Stack, admin: Api, admin_password: str) -> None:
    """Runs, accounts, versions and reports are there again, to the byte."""
    stack.account("viewer")
    runs, kept, versions = admin.runs(), _kept(stack), stack.versions()
    stack.make("down")
    assert stack.compose("ps", "--all", "--quiet") == ""
    stack.make("up")
    # The token of before is still good too.
    assert [_essence(run) for run in admin.runs()] == [_essence(run) for run in runs]
    assert (_kept(stack), stack.versions()) == (kept, versions)
    assert log_in(stack.address, "admin", admin_password).runs()


def _is_building(admin: Api, run: str) -> bool:
    """Return whether dbt has built something for the run, and not everything."""
    tasks = admin.tasks(run)
    models = {each["state"] for name, each in tasks.items() if name.startswith("dbt.staging.")}
    return "success" in models and tasks["dbt.build"]["state"] == "running"


def _is_healthy(stack: Stack) -> bool:
    states = [stack.containers()[name]["State"] for name in stack.services()]
    return {state["Health"]["Status"] for state in states} == {"healthy"}


def _kept(stack: Stack) -> str:
    """Return the hashes of all that is published."""
    return stack.inside("api-server", "sh", "-c", KEPT)


def _essence(run: dict[str, Any]) -> tuple[str, str, str]:
    return run["dag_run_id"], run["state"], run["end_date"]


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
