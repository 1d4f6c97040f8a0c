"""One run at a time has the warehouse; the others wait, or fail naming the holder and since when."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from include.pipeline.core import lock
from include.pipeline.core.lock import WarehouseBusy
from include.pipeline.core.settings import PROJECT_DIR, settings
from tests.support.deliveries import Bench

HOLDER = """
import sys
from include.pipeline.core import lock
lock.acquire(sys.argv[1], is_one_process=sys.argv[2] == "whole")
print("has it", flush=True)
if sys.stdin.readline() == "release\\n":
    lock.release(sys.argv[1])
"""


@pytest.fixture(autouse=True)
def nothing_held(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process hold nothing before and after; nobody waits long."""
    monkeypatch.setenv("MENTOR_LOCK_WAIT_MINUTES", "0")
    yield
    for held in lock._held.values():
        held.lock.release()
    lock._held.clear()


@contextmanager
def another_process(run: str, part: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has the warehouse for a run; `part` is `whole`, or `task` of the scheduler's."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, run, part],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "has it\n"
        try:
            yield process
        finally:
            process.kill()


def end(process: "subprocess.Popen[str]", word: str = "end") -> None:
    """Let the process say what it has to say, and end."""
    process.communicate(f"{word}\n", timeout=60)


def is_refused(take: Callable[[], None]) -> bool:
    try:
        take()
    except WarehouseBusy:
        return True
    return False


@pytest.mark.parametrize("part", ["whole", "task"])
def test_a_second_run_reports_who_has_the_warehouse_and_since_when(part: str) -> None:
    """After the time it may wait: run, process, host, time, and what to do."""
    with another_process("the first", part) as first, pytest.raises(WarehouseBusy) as busy:
        lock.acquire("the second")
    present = lock.holder()
    assert present is not None
    assert (present.run, present.process, present.host) == ("the first", first.pid, socket.gethostname())
    for words in (f"the first (process {first.pid}", f"since {present.since}", "run again when it has ended"):
        assert words in str(busy.value)


def test_a_second_run_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says once for whom, and goes on when the first one has ended."""
    monkeypatch.setenv("MENTOR_LOCK_WAIT_MINUTES", "1")
    told: list[str] = []
    with another_process("the first", "whole") as first:

        def notify(text: str) -> None:
            told.append(text)
            end(first)

        lock.acquire("the second", notify=notify)
    assert len(told) == 1 and "Waiting for the first (process" in told[0]
    present = lock.holder()
    assert present is not None and (present.run, present.process) == ("the second", os.getpid())


def test_a_run_that_is_killed_leaves_the_warehouse() -> None:
    """The lock dies with its process, whatever the record still says."""
    with another_process("the first", "whole") as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert lock.holder() is not None
    lock.acquire("the second", is_one_process=True)


def test_a_run_of_the_scheduler_keeps_the_warehouse_between_its_tasks() -> None:
    """Its next task goes on; a run by hand waits, until the other has been silent for long."""
    with another_process("scheduled", "task") as first:
        end(first)
    assert is_refused(lambda: lock.acquire("by hand", is_one_process=True))
    silent = time.time() - lock.SILENCE_SECONDS - 1
    record = settings().build_dir / "holder.json"
    since = lock.holder()
    os.utime(record, (silent, silent))
    lock.acquire("scheduled")
    present = lock.holder()
    assert present is not None and since is not None and present.since == since.since


@pytest.mark.parametrize("away", [1, -1])
def test_a_run_of_the_scheduler_that_fell_silent_is_over(away: int) -> None:
    """Whether its last sign of life lies behind or, after the clock was set back, ahead."""
    with another_process("scheduled", "task") as first:
        end(first)
    silent = time.time() - away * (lock.SILENCE_SECONDS + 1)
    os.utime(settings().build_dir / "holder.json", (silent, silent))
    lock.acquire("by hand", is_one_process=True)


def test_a_run_that_says_it_is_over_is_not_waited_for() -> None:
    """The last task of a run, or its failure, lets the next one begin at once."""
    with another_process("scheduled", "task") as first:
        end(first, "release")
    lock.acquire("by hand", is_one_process=True)


def test_a_run_that_ends_while_it_is_looked_at_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record is read, and gone when the time of its last sign of life is asked for."""
    assert lock.try_acquire("the first")
    holder = lock.holder

    def ends() -> lock.Holder | None:
        found = holder()
        if found and found.run == "the first":
            (settings().build_dir / "holder.json").unlink()
        return found

    monkeypatch.setattr(lock, "holder", ends)
    assert lock.try_acquire("the second")
    assert not lock.try_acquire("the third")


def test_the_scheduler_s_next_run_need_not_wait_for_one_that_died() -> None:
    """It has claimed its turn: the other one has fallen silent, or Airflow has given it up."""
    with another_process("scheduled", "task") as first:
        end(first)
    lock.acquire("scheduled, the next")


def test_a_process_that_is_the_whole_run_has_it_until_it_ends() -> None:
    """Neither a task that fails nor the last one lets another run in before."""
    lock.acquire("whole", is_one_process=True)
    lock.acquire("its task")
    lock.release("its task")
    code = "from include.pipeline.core import lock; lock.acquire('other')"
    other = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True)
    assert "WarehouseBusy" in other.stderr and "its task (process" in other.stderr


def test_the_warehouse_is_free_after_a_block_that_held_it() -> None:
    """The process goes on without it; one that had it before keeps it."""
    with lock.held("one"):
        present = lock.holder()
        assert present is not None and present.run == "one"
    assert lock.holder() is None
    with another_process("other", "whole"), pytest.raises(WarehouseBusy), lock.held("one"):
        pass
    lock.acquire("whole", is_one_process=True)
    with lock.held("one"):
        pass
    code = "from include.pipeline.core import lock; lock.acquire('other')"
    other = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True)
    assert "WarehouseBusy" in other.stderr


def test_a_record_that_is_broken_is_none() -> None:
    """The lock decides; the record only tells."""
    lock.acquire("one", is_one_process=True)
    (settings().build_dir / "holder.json").write_text("{", encoding="utf-8")
    assert lock.holder() is None
    lock.acquire("one")
    assert lock.holder() is not None
