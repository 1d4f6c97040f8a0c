"""Ends a build that has no executors left: Spark itself would wait forever."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

LOOK_SECONDS = 1.0


@contextmanager
def watching(spark: SparkSession, limit: timedelta, give_up: Callable[[str], None]) -> Iterator[None]:
    """Watch, for the length of the block, that the session has executors.

    Args:
        spark: the session.
        limit: for how long it may have none: other jobs of a shared cluster may come first.
        give_up: called from another thread, with the reason, once that time is over.
    """
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(spark, limit, give_up, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(
    spark: SparkSession, limit: timedelta, give_up: Callable[[str], None], over: threading.Event
) -> None:
    seen = time.monotonic()
    while not over.wait(LOOK_SECONDS):
        if _executors(spark):
            seen = time.monotonic()
        elif time.monotonic() - seen > limit.total_seconds():
            minutes = limit / timedelta(minutes=1)
            give_up(
                f"Found no executor on {spark.sparkContext.master} for {minutes:g} minutes"
                " (MENTOR_SPARK_WAIT_MINUTES). Expected one at least; see that its workers run, are free and"
                " have the memory of MENTOR_SPARK_MEMORY, then run again."
            )
            return


def _executors(spark: SparkSession) -> int:
    """Return how many executors the session has; Spark's Python has no call for it."""
    try:
        # Of these, one is the driver.
        return int(spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1
    except Py4JError:
        return 0
