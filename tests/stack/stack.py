"""docker-compose.yaml as a person uses it: a fresh checkout, `make up`, and the README's other commands."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from include.pipeline.core import env_file
from tests.stack.api import Api, log_in
from tests.stack.engine import Engine

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = "mentoring-tests"
# Of the image: its packages are downloaded and compiled.
START_SECONDS = 1200
# Where everything lies in the containers.
HOME = "/opt/mentor-tier-report"
# The result of the real delivery; the sample is built to give it too.
TIER_TABLE = """\
tier,tier_category,total_users_w_sessions,rebooked_count,rebooking_rate_pct
Gold,top_tier,42,26,61.90
Silver,standard_tier,57,22,38.60
Bronze,standard_tier,33,0,0.00
"""


@dataclass(frozen=True)
class Stack:
    """A deployment that has been started.

    Attributes:
        engine: runs it; its environment names the compose project.
        folder: the checkout that it was started from.
    """

    engine: Engine
    folder: Path

    def make(self, *arguments: str) -> str:
        """Run `make` in the checkout and return its output."""
        return self.engine.run(
            "make", "--no-print-directory", *arguments, folder=self.folder, timeout=START_SECONDS
        )

    def compose(self, *arguments: str) -> str:
        """Run `docker compose` in the checkout and return its output."""
        return self.engine.run("docker", "compose", *arguments, folder=self.folder, timeout=300)

    def inside(self, service: str, *command: str, given: str = "") -> str:
        """Run a command in the container of a service and return its output."""
        executed = ["docker", "compose", "exec", "--no-TTY", service, *command]
        return self.engine.run(*executed, folder=self.folder, given=given)

    def containers(self) -> dict[str, dict[str, Any]]:
        """Return what Docker knows of every container, by service; those that have ended are there too."""
        found = json.loads(self.engine.docker("inspect", *self.compose("ps", "--all", "--quiet").split()))
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in found}

    def services(self) -> list[str]:
        """Return the services that run."""
        return [name for name, each in self.containers().items() if each["State"]["Running"]]

    @property
    def address(self) -> str:
        """URL of the web UI."""
        return f"http://{self.compose('port', 'api-server', '8080').strip()}"

    def remove(self) -> None:
        """Remove the deployment with all that it has made."""
        self.compose("--profile", "celery", "--profile", "spark", "down", "--volumes", "--timeout", "5")

    def account(self, role: str) -> Api:
        """Make an account of that role, or give it a new password; return the API as it sees it."""
        return log_in(self.address, role, self.make("user", f"NAME={role}", f"ROLE={role}").split()[-1])

    def results(self) -> str:
        """Return the tier table of the latest report."""
        return self.inside("api-server", "cat", "reports/latest/tier_results.csv")

    def versions(self) -> str:
        """Return what is published: the versions, as the deployment lists them."""
        return self.inside("api-server", "mentor", "versions")


@contextmanager
def started(engine: Engine, folder: Path) -> Iterator[Stack]:
    """Start the deployment from a copy of this checkout, and remove it with all that it has made."""
    checkout = copy_of_checkout(folder / "mentor-tier-report")
    stack = Stack(without_settings(engine), checkout)
    # Of tests that were killed, secrets and records may be left.
    stack.remove()
    try:
        try:
            stack.make("up")
        except AssertionError as failure:
            failure.add_note(stack.compose("logs", "--tail", "40"))
            raise
        yield stack
    finally:
        stack.remove()


def copy_of_checkout(folder: Path) -> Path:
    """Copy what git has or would take of this checkout; nothing that was made by running it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        # One that was removed and not yet committed is listed all the same.
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, folder / name)
    return folder


def without_settings(engine: Engine) -> Engine:
    """Return the engine as a shell without this process's settings reaches it: they would win over .env."""
    settings = {*env_file.read(), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"}
    variables = {name: value for name, value in engine.environment.items() if name not in settings}
    return replace(engine, environment={**variables, "COMPOSE_PROJECT_NAME": PROJECT})
