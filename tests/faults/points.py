"""Names every moment of a run at which what is durable changes, and breaks the run at one of them.

The points are not listed anywhere: they are what the run does. Python tells of every file operation
before it happens (audit events); transactions and connections are watched where the project makes
them, and dbt tells of every node that it has finished.
"""

import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import duckdb

from include.pipeline.core import warehouse

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# Audit event -> which of its arguments is the path that changes, and which the folder it counts from.
FILE_EVENTS = {
    "os.rename": (1, 3),
    "os.link": (1, 3),
    "os.symlink": (1, 2),
    "os.remove": (0, 1),
    "os.mkdir": (0, 2),
    "os.rmdir": (0, 1),
    "os.chmod": (0, 2),
    "os.truncate": (0, None),
}
# Parts of names that differ from run to run.
VARYING = (
    (re.compile(r"[0-9a-f]{64}"), "<sha256>"),
    (re.compile(r"(?<=/day-)(\d+)\.\w{8}\b"), r"\1.<random>"),
)


def kill() -> None:
    """End this process at once, as a machine that restarts does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """The points that one run passes, in order.

    Args:
        folders: only what happens below them counts.
        listing: file descriptor to write the name of every point to, a line each; None for none.
        at: name of the point at which the run is broken; None for none.
        fault: what breaks it there.
    """

    def __init__(
        self, folders: tuple[Path, ...], listing: int | None, at: str | None, fault: Callable[[], None]
    ) -> None:
        self.folders, self.listing, self.at, self.fault = folders, listing, at, fault
        self.stage = "start"
        self.passed: Counter[str] = Counter()
        self.lock = RLock()

    def install(self) -> None:
        """Watch this process until it ends: an audit hook cannot be taken out again."""
        sys.addaudithook(self._audit)
        warehouse.transaction = self._watched_transaction(warehouse.transaction)
        warehouse.connect = self._watched_connect(warehouse.connect)

    def enter(self, stage: str) -> None:
        """Say which stage begins."""
        self.stage = stage
        self.reach("begins")

    def finished(self, node: str) -> None:
        """Say that dbt has finished a node."""
        self.reach(f"{node} finished")

    def reach(self, what: str) -> None:
        """Pass the point, or break the run there."""
        with self.lock:
            name = f"{self.stage}: {what}"
            self.passed[name] += 1
            if self.passed[name] > 1:
                name = f"{name} #{self.passed[name]}"
            if self.listing is not None:
                os.write(self.listing, f"{name}\n".encode())
            if name == self.at:
                # What the fault itself does is no point.
                self.at, self.folders = None, ()
                self.fault()

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING:
                self._file_event("open", path, None)
        elif event in FILE_EVENTS:
            place, folder = FILE_EVENTS[event]
            self._file_event(event, arguments[place], None if folder is None else arguments[folder])

    def _file_event(self, event: str, path: Any, folder: int | None) -> None:
        if isinstance(path, int):
            return
        where = Path(os.fsdecode(path))
        if folder is not None and folder >= 0:
            where = Path(os.readlink(f"/proc/self/fd/{folder}"), where)
        where = Path(os.path.abspath(where))
        if _changes(event, where) and (name := self._name(where)):
            self.reach(f"{event} {name}")

    def _name(self, path: Path) -> str | None:
        """The path from the folder that holds the warehouse; None where it does not count."""
        for folder in self.folders:
            if path.is_relative_to(folder):
                name = str(path.relative_to(folder.parent))
                for pattern, stand_in in VARYING:
                    name = pattern.sub(stand_in, name)
                return name
        return None

    def _watched_transaction(self, original: Any) -> Any:
        @contextmanager
        def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
            with original(connection):
                yield
                self.reach("before commit")
            self.reach("after commit")

        return transaction

    def _watched_connect(self, original: Any) -> Any:
        @contextmanager
        def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
            with original(path, read_only=read_only) as connection:
                yield connection
                if not read_only:
                    self.reach(f"before close of {self._name(path)}")
            if not read_only:
                self.reach(f"after close of {self._name(path)}")

        return connect


def _changes(event: str, path: Path) -> bool:
    """Whether there is something to remove, or nothing yet to make."""
    if event in ("os.remove", "os.rmdir"):
        return os.path.lexists(path)
    return event != "os.mkdir" or not path.exists()
