"""A Spark cluster for all tests of this folder: a master and two workers, as processes on loopback."""

import shutil
from collections.abc import Iterator

import pytest

from include.mentoring.settings import SPARK_PYTHON
from include.mentoring.spark.cluster import Cluster, started
from tests import needs


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return the cluster; it is stopped at the end."""
    if not SPARK_PYTHON.exists() or not shutil.which("java"):
        needs.skip_without("spark", "neither `make setup ENGINE=spark` has run nor is Java there")
    with pytest.MonkeyPatch.context() as patch, started() as cluster:
        patch.setenv("MENTOR_SPARK_MASTER", cluster.address)
        # Few rows, in as many parts as there are workers.
        patch.setenv("MENTOR_SPARK_PARTITIONS", "2")
        yield cluster
