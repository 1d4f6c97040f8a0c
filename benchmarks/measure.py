"""What a contestant takes: seconds, and the resident memory of its largest process."""

import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.05
# A process that grows beyond this share of the machine's memory is ended, before the machine suffers.
MAX_MEMORY_SHARE = 0.8


@dataclass
class Measured:
    """One run of a contestant.

    Attributes:
        seconds: by the clock on the wall.
        peak_mb: most resident memory that any one process had, in 10^6 bytes.
        failure: what happened instead of a good end; empty after one.
        work: what Spark's executors did, as `benchmarks.event_log.work` has it; empty without Spark.
    """

    seconds: float
    peak_mb: float
    failure: str = ""
    work: dict[str, float] = field(default_factory=dict)


@dataclass
class Watch:
    """Watches processes and all that they start.

    Attributes:
        peak_bytes: most resident memory of any one process so far.
        ended: the process that took too much was ended.
    """

    peak_bytes: int = 0
    ended: bool = False
    _over: threading.Event = field(default_factory=threading.Event)

    def follow(self, pids: Iterable[int]) -> None:
        """Look at the processes until `stop`."""
        roots = [psutil.Process(pid) for pid in pids]
        most = MAX_MEMORY_SHARE * psutil.virtual_memory().total
        while not self._over.wait(SAMPLE_SECONDS):
            for process in _with_children(roots):
                try:
                    resident = process.memory_info().rss
                    if resident > most:
                        process.kill()
                        self.ended = True
                except psutil.Error:
                    continue
                self.peak_bytes = max(self.peak_bytes, resident)

    def stop(self) -> None:
        """End `follow`."""
        self._over.set()


@contextmanager
def watching(pids: Iterable[int]) -> Iterator[Watch]:
    """Watch the processes for the length of the block."""
    watch = Watch()
    thread = threading.Thread(target=watch.follow, args=(list(pids),))
    thread.start()
    try:
        yield watch
    finally:
        watch.stop()
        thread.join()


def command(arguments: list[str], environment: Mapping[str, str], log: Path, seconds: float) -> Measured:
    """Run a command to its end, or to the end of its time; what it says goes to the log."""
    with log.open("ab") as shown:
        begun = time.monotonic()
        process = subprocess.Popen(arguments, env=environment, stdout=shown, stderr=subprocess.STDOUT)
        with watching([process.pid]) as watch:
            failure = _end_of(process, seconds)
        taken = time.monotonic() - begun
    if watch.ended:
        failure = f"ended at {watch.peak_bytes / 1e9:.1f} GB of memory"
    return Measured(taken, watch.peak_bytes / 1e6, failure)


def _end_of(process: "subprocess.Popen[bytes]", seconds: float) -> str:
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        for each in _with_children([psutil.Process(process.pid)]):
            each.kill()
        process.wait()
        return f"not done after {seconds:.0f} s"
    return f"exit status {status}" if status else ""


def _with_children(roots: Iterable[psutil.Process]) -> Iterator[psutil.Process]:
    for root in roots:
        yield root
        try:
            yield from root.children(recursive=True)
        except psutil.Error:
            continue
