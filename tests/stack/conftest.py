"""The deployment of docker-compose.yaml, started once for all tests that use it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack import images
from tests.stack.api import Api, log_in
from tests.stack.engine import Engine, Unavailable, running_engine
from tests.stack.stack import Stack, started
from tests.support.needs import skip_without
from tests.support.scheduler import until


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Return a Docker engine that holds the official images, or what stands in for them."""
    try:
        with running_engine() as engine:
            images.provide(engine)
            yield engine
    except Unavailable as lack:
        skip_without("docker", f"the stack cannot run here: {lack}")


@pytest.fixture(scope="session")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Return the deployment, freshly started; a test that breaks something leaves it healthy."""
    with started(engine, tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture(scope="session")
def admin_password(stack: Stack) -> str:
    """Return the password of the first account, which is shown but once."""
    return stack.make("password").strip()


@pytest.fixture(scope="session")
def admin(stack: Stack, admin_password: str) -> Api:
    """Return the API as the first account sees it."""
    return log_in(stack.address, "admin", admin_password)


@pytest.fixture(scope="session")
def first_run(admin: Api) -> dict[str, Any]:
    """Return the run that nobody triggered, once it has ended."""
    return admin.ended(until(admin.runs)[0]["dag_run_id"])
