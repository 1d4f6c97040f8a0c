"""The deployment as it is after `make up`: healthy, with a first result, and open to those who may."""

import json
from http import HTTPStatus
from typing import Any

import pytest

from tests.stack.api import DAG, Api
from tests.stack.stack import TIER_TABLE, Stack

pytestmark = pytest.mark.smoke

# Those that work once and end.
ONCE = {"secrets", "init"}
PRODUCER = "dbt.build"
PAGES = ("reports/", "quality/", "dbt/")


@pytest.fixture(scope="module")
def operator(stack: Stack) -> Api:
    return stack.account("operator")


@pytest.fixture(scope="module")
def viewer(stack: Stack) -> Api:
    return stack.account("viewer")


@pytest.fixture(scope="module")
def triggered(admin: Api, operator: Api, first_run: dict[str, Any]) -> dict[str, Any]:
    """A run that an operator triggered over the API, once it has ended."""
    return admin.ended(operator.trigger())


def test_all_services_are_healthy(stack: Stack) -> None:
    """Every service has a health check, which says healthy; those that work once have ended well."""
    states = {name: each["State"] for name, each in stack.containers().items()}
    assert set(states) > ONCE
    for name, state in states.items():
        if name in ONCE:
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), name
        else:
            assert state.get("Health", {}).get("Status") == "healthy", name


def test_doctor_finds_nothing(stack: Stack) -> None:
    """`make doctor` looks at a deployment that does well and has nothing to do."""
    assert "FAIL" not in stack.make("doctor")


def test_first_run_comes_by_itself(stack: Stack, first_run: dict[str, Any]) -> None:
    """The first start is followed by a run that nobody has triggered, which ends well."""
    assert (first_run["run_type"], first_run["state"]) == ("scheduled", "success")


def test_triggered_run_gives_the_table(stack: Stack, triggered: dict[str, Any]) -> None:
    """A run triggered over the API ends well, and its report has the expected tier table."""
    assert triggered["state"] == "success"
    assert stack.results() == TIER_TABLE
    report = json.loads(stack.inside("api-server", "cat", "reports/latest/tier_report.json"))
    assert report["run_id"] == triggered["dag_run_id"]


def test_tasks_of_models_have_dbts_times(admin: Api, triggered: dict[str, Any]) -> None:
    """The tasks of models begin and end one after the other, while the task runs that runs dbt."""
    tasks = admin.tasks(triggered["dag_run_id"])
    producer = tasks[PRODUCER]
    models = [each for name, each in tasks.items() if name.startswith("dbt.") and name.endswith(".run")]
    assert len(models) > 30
    for each in models:
        moments = [producer["start_date"], each["start_date"], each["end_date"], producer["end_date"]]
        assert moments == sorted(moments), each["task_id"]


def test_password_is_shown_once(stack: Stack, admin_password: str) -> None:
    """The second time, `make password` says what to do instead."""
    assert admin_password
    with pytest.raises(AssertionError, match="shown before") as refusal:
        stack.make("password")
    assert admin_password not in str(refusal.value)


def test_viewer_may_not_trigger(viewer: Api) -> None:
    """A viewer sees the runs and the pages, and may start nothing."""
    assert viewer.runs()
    assert viewer.ask(f"{DAG}/dagRuns", {"logical_date": None})[0] == HTTPStatus.FORBIDDEN


def test_operator_may_not_make_accounts(operator: Api) -> None:
    """An operator may run the pipeline, and is no admin."""
    status, _ = operator.ask("/auth/fab/v1/users")
    assert status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_accounts_alone(
    stack: Stack, viewer: Api, triggered: dict[str, Any], page: str
) -> None:
    """The UI plugin is open to users who may see the DAG, and closed without a login."""
    assert viewer.ask(f"/mentoring/{page}")[0] == HTTPStatus.OK
    assert Api(stack.address).ask(f"/mentoring/{page}")[0] == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "path", ("/api/v2/dags", f"{DAG}/dagRuns", "/api/v2/connections", "/auth/fab/v1/users")
)
def test_api_is_for_accounts_alone(stack: Stack, path: str) -> None:
    """Without a login, responses reveal nothing."""
    assert Api(stack.address).ask(path)[0] == HTTPStatus.UNAUTHORIZED
