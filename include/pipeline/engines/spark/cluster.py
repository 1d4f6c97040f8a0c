"""A private standalone Spark cluster on loopback: a master and two workers, each a process."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from include.pipeline.core.errors import UserFacingError
from include.pipeline.engines.spark.spark_settings import SPARK_PYTHON, spark_settings

HOST = "127.0.0.1"
WORKERS = 2
# Far more than it takes.
START_SECONDS = 60
END_SECONDS = 20
CLASSES = "org.apache.spark.deploy"


class ClusterUnavailable(UserFacingError):
    """No cluster can be started here, or the one that is named cannot be used."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes:
        address: spark://host:port.
        workers: process ids.
    """

    address: str
    workers: tuple[int, ...]


@contextmanager
def running(master: str | None) -> Iterator[str]:
    """Yield the address of a cluster: that of `master`, or of one that runs for the length of the block.

    Raises:
        ClusterUnavailable: there is no Java to run it, or it does not start.
    """
    if master:
        yield master
        return
    with started() as cluster:
        yield cluster.address


@contextmanager
def started(workers: int = WORKERS) -> Iterator[Cluster]:
    """Start a cluster and stop it at the end.

    Args:
        workers: how many, each with a core and the memory of one executor.

    Raises:
        ClusterUnavailable: there is no Java to run it, or it does not start.
    """
    if not shutil.which("java"):
        raise ClusterUnavailable(
            "Spark needs Java: found no `java` on the path. Expected version 17 or later; install it (Debian:"
            " openjdk-17-jre-headless), or name a cluster that runs in MENTOR_SPARK_MASTER."
        )
    port, page = _free_port(), _free_port()
    address = f"spark://{HOST}:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spark-cluster-")))
        ports = ("--port", str(port), "--webui-port", str(page))
        stack.enter_context(_process(folder, "master", f"{CLASSES}.master.Master", *ports))
        of_worker = ("--webui-port", "0", "--cores", "1", "--memory", spark_settings().spark_memory)
        pids = tuple(
            stack.enter_context(
                _process(
                    folder,
                    f"worker-{number}",
                    f"{CLASSES}.worker.Worker",
                    *of_worker,
                    "--work-dir",
                    str(folder / "work"),
                    address,
                )
            )
            for number in range(workers)
        )
        _wait(page, workers, folder)
        yield Cluster(address, pids)


def program() -> tuple[str, dict[str, str]]:
    """Return Spark's program for its own classes, and the environment that it needs."""
    (home,) = SPARK_PYTHON.parents[1].glob("lib/python*/site-packages/pyspark")
    return str(home / "bin" / "spark-class"), {**os.environ, "SPARK_HOME": str(home)}


@contextmanager
def _process(folder: Path, name: str, java_class: str, *arguments: str) -> Iterator[int]:
    spark_class, environment = program()
    # However this process ends, even by SIGKILL, its cluster ends with it.
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [*bound, spark_class, java_class, "--host", HOST, *arguments],
            env={**environment, "SPARK_LOCAL_IP": HOST},
            stdout=log,
            stderr=subprocess.STDOUT,
            # Its executors are in its process group, and end with it.
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(END_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _wait(page: int, workers: int, folder: Path) -> None:
    """Return when the master knows all workers."""
    given_up = time.monotonic() + START_SECONDS
    while _known(page) < workers:
        if time.monotonic() > given_up:
            logs = "\n".join(log.read_text(encoding="utf-8")[-1000:] for log in sorted(folder.glob("*.log")))
            raise ClusterUnavailable(
                f"Spark's own cluster has not started: found {_known(page)} of {workers} workers after"
                f" {START_SECONDS} s. Expected all; its logs say:\n{logs}"
            )
        time.sleep(0.2)


def _known(page: int) -> int:
    """Return how many workers the master knows."""
    return int(page_of(HOST, page).get("aliveworkers", 0))


def page_of(host: str, port: int) -> dict[str, Any]:
    """Return the status of a master or worker; empty if it does not answer."""
    try:
        with urlopen(f"http://{host}:{port}/json/", timeout=5) as answer:
            return dict(json.load(answer))
    except (URLError, OSError, ValueError):
        return {}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
