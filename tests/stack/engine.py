"""A Docker engine for the tests: the one that answers, or one of their own that ends with them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 120


class Unavailable(Exception):
    """No engine runs here and none can be started; says what is missing."""


@dataclass(frozen=True)
class Engine:
    """A Docker engine that answers.

    Attributes:
        environment: by which Docker's clients reach it and find the Compose plugin.
    """

    environment: dict[str, str]

    def docker(self, *arguments: str, timeout: float = 120) -> str:
        """Run Docker's client and return its output; see `run`."""
        return self.run("docker", *arguments, timeout=timeout)

    def run(self, *command: str, folder: Path | None = None, given: str = "", timeout: float = 120) -> str:
        """Run a command that finds the engine and return its output.

        Args:
            command: the program and its arguments.
            folder: where to run it; here by default.
            given: its standard input.
            timeout: seconds after which it is killed.

        Raises:
            AssertionError: it failed, with all that it said.
        """
        ran = subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert not ran.returncode, f"{' '.join(command)}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def does(self, *arguments: str, timeout: float = 120) -> bool:
        """Run Docker's client and return whether it succeeded within that many seconds."""
        try:
            self.docker(*arguments, timeout=timeout)
        except (AssertionError, subprocess.TimeoutExpired):
            return False
        return True


@contextmanager
def running_engine() -> Iterator[Engine]:
    """Yield an engine: the one that answers here, or one that is started for the block.

    Raises:
        Unavailable: there is neither, or no Compose.
    """
    if shutil.which("docker") is None:
        raise Unavailable("no docker is installed")
    with tempfile.TemporaryDirectory(prefix="mentoring-docker-") as folder:
        engine = Engine(_with_compose(Path(folder), dict(os.environ)))
        if engine.does("version"):
            yield engine
        else:
            with _started(Path(folder), engine.environment) as own:
                yield own


def _with_compose(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return the environment where `docker compose` works, by the plugin of PyPI if there is no other."""
    if Engine(environment).does("compose", "version"):
        return environment
    binary = Path(sys.executable).with_name("docker-compose")
    if not binary.exists():
        raise Unavailable("no Compose is installed, neither as plugin of docker nor by requirements-dev.txt")
    plugins = folder / "config" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-compose").symlink_to(binary)
    return {**environment, "DOCKER_CONFIG": str(plugins.parent)}


@contextmanager
def _started(folder: Path, environment: dict[str, str]) -> Iterator[Engine]:
    """Start an engine that keeps everything in the folder; stop it, and its containers, after the block."""
    if os.geteuid() or shutil.which("dockerd") is None:
        raise Unavailable("no Docker engine answers, and only root, with dockerd installed, can start one")
    engine = Engine({**environment, "DOCKER_HOST": f"unix://{folder}/socket"})
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(
            [
                # It ends in good order even when the tests are killed.
                *("setpriv", "--pdeathsig", "TERM", "dockerd"),
                *("--data-root", str(folder / "data"), "--exec-root", str(folder / "run")),
                *("--pidfile", str(folder / "pid"), "--host", engine.environment["DOCKER_HOST"]),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches the tests, which still need it to clean up.
            start_new_session=True,
        )
    try:
        _wait_for(engine, daemon, folder / "log")
        yield engine
    finally:
        daemon.terminate()
        daemon.wait(STOP_SECONDS)


def _wait_for(engine: Engine, daemon: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not engine.does("version"):
        if daemon.poll() is not None or time.monotonic() > deadline:
            said = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
            raise Unavailable(f"dockerd does not start here:\n{said}")
        time.sleep(0.2)
