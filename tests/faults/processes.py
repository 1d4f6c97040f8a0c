"""Runs and readers in processes of their own, forked from one that has imported everything."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as until_ready
from pathlib import Path
from threading import Lock
from typing import Any

from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared
from tests.faults.world import Day, Home

CONTEXT = multiprocessing.get_context("forkserver")
# No run lasts so long; one that does hangs.
LONGEST_SECONDS = 300
SERVER_VARIABLES = {
    # A pool of threads in the process that is forked would not be there in its children.
    "OPENBLAS_NUM_THREADS": "1",
    # What is killed gives nothing back; Python would count that at the end.
    "PYTHONWARNINGS": "ignore:resource_tracker",
}
PARSED = "FAULTS_PARSED"


@contextmanager
def warmed(scratch: Path) -> Iterator[dict[str, str]]:
    """Parse the dbt project and start the server from which every process of the block is forked.

    Yields:
        The variables that a process which is not forked from it needs.
    """
    parsed = str(scratch / "parsed")
    environment = {
        "DBT_PROJECT_DIR": str(declared().dbt_project),
        "DBT_PROFILES_DIR": str(declared().dbt_project),
        "MENTOR_WAREHOUSE_DIR": str(scratch),
        "DBT_TARGET_PATH": parsed,
        "DBT_LOG_PATH": parsed,
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    subprocess.run([dbt, "--quiet", "parse"], env={**os.environ, **environment}, check=True)
    variables = {**SERVER_VARIABLES, PARSED: parsed}
    os.environ.update(variables)
    CONTEXT.set_forkserver_preload(["tests.faults.warm"])
    call(os.getpid)
    try:
        yield variables
    finally:
        for name in variables:
            del os.environ[name]


@dataclass(frozen=True)
class Order:
    """A run to be made.

    Attributes:
        home: where.
        day: which run, on which delivery.
        first: the stage with which it begins.
        at: name of the point at which it is broken.
        fault: what breaks it there: a function of a module, or a partial of one; None for a kill.
        listing: file that gets the name of every point that it passes.
        copies: folder that gets a copy of the home at the beginning of every stage, named for the stage.
        has_tests: whether dbt tests what it builds; what it builds is the same without.
        environment: variables in addition to those of the home.
        is_unprivileged: whether permissions hold for it, even where it runs as root.
    """

    home: Home
    day: Day
    first: str = "ingest"
    at: str | None = None
    fault: Callable[[], None] | None = None
    listing: Path | None = None
    copies: Path | None = None
    has_tests: bool = True
    environment: dict[str, str] = field(default_factory=dict)
    is_unprivileged: bool = False


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes:
        code: 0, 1 after a message, or minus the number of the signal that killed it.
        screen: what it wrote to its outputs.
        seconds: how long it took.
        peak_bytes: most memory that it held at once; 0 where it did not end well.
    """

    code: int
    screen: str
    seconds: float
    peak_bytes: int = 0

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Child:
    """A process that calls a function of a module; it ends when the function does."""

    # Starting a process makes Python check whether any other has ended. Of two that look at one process at
    # once, one finds that it has ended without an exit code, and 255 is put in the place of its own.
    looking = Lock()

    def __init__(self, function: Callable[..., object], *arguments: Any) -> None:
        self.process = CONTEXT.Process(target=function, args=arguments)
        with self.looking:
            self.process.start()

    def code(self, seconds: float | None = None) -> int | None:
        """Return its exit code once it has ended; None where it has not within so many seconds."""
        until_ready([self.process.sentinel], seconds)
        with self.looking:
            return self.process.exitcode


class Started:
    """A run under way."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.since = time.monotonic()
        self.output = order.home.folder / f"screen-{time.monotonic_ns()}.log"
        self.receiver, sender = CONTEXT.Pipe(duplex=False)
        self.child = Child(_run, order, self.output, sender)
        sender.close()

    def kill_after(self, seconds: float) -> Ended:
        """Kill it, with all its children, when it has run for so long; return how it ended."""
        self.child.code(max(0.0, seconds - (time.monotonic() - self.since)))
        self._kill()
        return self.wait()

    def wait(self) -> Ended:
        """Return how it ended.

        Raises:
            TimeoutError: it hangs; it has been killed.
        """
        code = self.child.code(LONGEST_SECONDS)
        seconds = time.monotonic() - self.since
        if code is None:
            self._kill()
            raise TimeoutError(f"{self.order.day.run_id} hangs; its output: {self.output}")
        screen = self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""
        return Ended(code, screen, seconds, _received(self.receiver) or 0)

    def _kill(self) -> None:
        for end in (os.killpg, os.kill):
            try:
                end(self.child.process.pid or 0, signal.SIGKILL)
            except ProcessLookupError:
                # It has no group of its own yet, or has ended.
                continue


def run(order: Order) -> Ended:
    """Make a run and return how it ended."""
    return Started(order).wait()


class Asked:
    """A function of a module at work in a process of its own."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.receiver, sender = CONTEXT.Pipe(duplex=False)
        self.child = Child(_answer, sender, function, arguments)
        sender.close()

    def answer(self) -> Any:
        """Return what it returns.

        Raises:
            RuntimeError: it raised; the message is its traceback.
        """
        answered = _received(self.receiver)
        self.child.code()
        if answered is None:
            raise RuntimeError("the process died")
        returned, error = answered
        if error:
            raise RuntimeError(error)
        return returned


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function of a module returns in a process of its own."""
    return Asked(function, *arguments).answer()


def _received(receiver: Connection) -> Any:
    """What the process at the other end has sent; None where it died before."""
    try:
        return receiver.recv()
    except EOFError:
        return None


def _answer(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        sender.send((function(*arguments), None))
    except BaseException:
        sender.send((None, traceback.format_exc()))


def _run(order: Order, output: Path, sender: Connection) -> None:
    """The child: its own process group, outputs and settings."""
    # Not at the head: the server imports this module, and nothing may be watched there.
    from tests.faults import points, run
    from tests.faults.privileges import drop

    os.setpgid(0, 0)
    for stream in (1, 2):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.environ.update(order.home.environment, **order.environment)
    listing = os.open(order.listing, os.O_WRONLY | os.O_CREAT) if order.listing else None
    folders = (order.home.warehouse, order.home.reports)
    watched = points.Points(folders, listing, order.at, order.fault or points.kill)
    watched.install()

    def enter(stage: str) -> None:
        if order.copies:
            order.home.copy_to(order.copies / stage)
        watched.enter(stage)

    if order.is_unprivileged:
        drop()
    try:
        run.run(order.day, enter, watched.finished, first=order.first, has_tests=order.has_tests)
    except UserFacingError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    sender.send(_peak_bytes())


def _peak_bytes() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
