"""What tests need of the machine: without it they are skipped, or fail where it is known to be there."""

import os
import shutil
from typing import NoReturn

import pytest

from include.pipeline.engines.spark.spark_settings import SPARK_PYTHON

# What the machine is known to have, separated by blanks: docker, browser, faketime, spark.
KNOWN_TO_BE_THERE = "MENTOR_TESTS_NEED"


def skip_without(what: str, reason: str) -> NoReturn:
    """Skip the test because something is missing; fail it if the machine is known to have it."""
    if what in os.environ.get(KNOWN_TO_BE_THERE, "").split():
        pytest.fail(reason)
    pytest.skip(reason)


def spark() -> None:
    """Skip the test where there is no Spark, or fail it."""
    if not SPARK_PYTHON.exists() or not shutil.which("java"):
        skip_without("spark", "Spark needs Java, and `make setup ENGINE=spark`")
