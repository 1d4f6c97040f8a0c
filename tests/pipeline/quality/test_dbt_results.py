"""The results of dbt are kept a file a run, and not for ever."""

import os
from dataclasses import replace

import pytest

from include.pipeline.core.run_names import file_name
from include.pipeline.quality import dbt_results
from include.pipeline.quality.dbt_results import DbtResults, NodeResult
from tests.support.deliveries import Bench

TEST = NodeResult(
    "test.a", "test", "unique: id", "marts.a", "critical", "a-team", "failed", 0.1, None, 3, "3 rows"
)
MODEL = NodeResult("model.a", "model", "a", "marts.a", None, None, "passed", 1.5, 7, None, "")
RESULTS = DbtResults("a run / of today", "an-invocation", False, (MODEL, TEST))


def test_they_are_read_as_they_were_written(bench: Bench) -> None:
    """One file for each run; a run that is cleared writes its file again."""
    dbt_results.write(RESULTS)
    dbt_results.write(replace(RESULTS, is_trial=True))
    (path,) = dbt_results.folder().iterdir()
    assert path.name == f"{file_name(RESULTS.run_id)}.json"
    read = dbt_results.read(path)
    assert read == replace(RESULTS, is_trial=True)
    assert (read.models, read.tests) == ([MODEL], [TEST])


def test_the_oldest_go(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the time at which they were written, whatever their names are."""
    monkeypatch.setattr(dbt_results, "MAX_RUNS", 2)
    for at, run in enumerate(("b", "c", "a")):
        dbt_results.write(replace(RESULTS, run_id=run))
        os.utime(dbt_results.folder() / f"{run}.json", (at, at))
    dbt_results.write(replace(RESULTS, run_id="d"))
    assert sorted(path.name for path in dbt_results.folder().iterdir()) == ["a.json", "d.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nodes": [1]}', '{"nodes": [{"node": "a"}]}'])
def test_what_holds_no_results_is_refused(bench: Bench, text: str) -> None:
    """With an error that the page expects."""
    dbt_results.folder().mkdir(parents=True)
    path = dbt_results.folder() / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, LookupError, TypeError)):
        dbt_results.read(path)
