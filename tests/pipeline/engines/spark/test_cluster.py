"""A cluster of one's own says what it lacks; that it works is seen in tests/spark."""

from pathlib import Path

import pytest

from include.pipeline.engines.spark import cluster


def test_without_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or which cluster to name instead."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(cluster.ClusterUnavailable) as refused, cluster.running(None):
        pass
    for expected in ("found no `java`", "version 17 or later", "MENTOR_SPARK_MASTER"):
        assert expected in str(refused.value)


def test_a_cluster_that_is_named_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started, and nothing is needed to start it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with cluster.running("spark://elsewhere:7077") as address:
        assert address == "spark://elsewhere:7077"
