"""What is reported of dbt's nodes, and how their tasks end by it."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from include.pipeline.transform import node_results
from include.pipeline.transform.node_results import Ending, Reporter, Result, conclude, records

TIMES = ["2031-08-01T00:00:01.5", "2031-08-01T00:00:01.6"]
OK = Result(ok=True, message="OK, 0.10 s", warned=False, times=TIMES)
WARNED = Result(
    ok=True, message="OK, 0.10 s", warned=True, times=["2031-08-01T00:00:01", "2031-08-01T00:00:02"]
)
BROKEN = Result(ok=False, message="dbt model b failed")


def finished(node: str, status: str = "success", name: str = "NodeFinished") -> Any:
    """Return an event of dbt."""
    result = SimpleNamespace(status=status, message="OK", execution_time=0.1)
    began, ended = TIMES
    info = SimpleNamespace(unique_id=node, node_started_at=began, node_finished_at=ended)
    data = SimpleNamespace(run_result=result, node_info=info)
    return SimpleNamespace(info=SimpleNamespace(name=name), data=data)


@pytest.fixture
def pushed() -> list[dict[str, Result]]:
    return []


@pytest.fixture
def reporter(pushed: list[dict[str, Result]]) -> Reporter:
    reporter = Reporter()
    reporter.begin(lambda results: pushed.append(dict(results)))
    return reporter


def test_nodes_are_reported_at_once_and_then_a_second_at_a_time(
    reporter: Reporter, pushed: list[dict[str, Result]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push holds all that is known, so that a lost one costs nothing; between two lies a second."""
    clock = [100.0]
    monkeypatch.setattr(node_results.time, "monotonic", lambda: clock[0])
    for node, seconds in (("a", 0.0), ("b", 0.4), ("c", 0.7)):
        clock[0] += seconds
        reporter.note(finished(node))
    assert [list(told) for told in pushed] == [["a"], ["a", "b", "c"]]
    assert pushed[0]["a"] == OK
    reporter.note(finished("d"))
    reporter.close()
    assert list(pushed[-1]) == ["a", "b", "c", "d"]


def test_failures_are_reported_at_the_end_only(reporter: Reporter, pushed: list[dict[str, Result]]) -> None:
    """dbt may build again: until then no task may be red."""
    for status in ("error", "fail", "skipped", "runtime error"):
        reporter.note(finished(status, status))
    reporter.note(finished("begun", name="NodeStart"))
    assert pushed == []
    reporter.close({"b": "dbt model b failed", "error": "dbt model b failed"})
    assert pushed == [{"b": BROKEN, "error": {**BROKEN, "times": TIMES}}]


def test_warnings_and_passed_tests_are_good(
    reporter: Reporter, pushed: list[dict[str, Result]], caplog: pytest.LogCaptureFixture
) -> None:
    """A test that warns stops nothing, and the log of the build has it as a warning."""
    reporter.note(finished("a", "warn"))
    reporter.note(finished("b", "pass"))
    reporter.close()
    assert {node: result["warned"] for node, result in pushed[-1].items()} == {"a": True, "b": False}
    assert [(record.levelname, record.message) for record in caplog.records] == [("WARNING", "a: OK, 0.10 s")]


@pytest.mark.parametrize(
    ("nodes", "told", "state", "ending"),
    [
        (["a"], {"a": OK}, "running", Ending.SUCCESS),
        (["a"], {"a": OK}, "failed", Ending.SUCCESS),
        (["a", "c"], {"a": OK}, "running", None),
        (["a"], None, "running", None),
        (["a"], None, None, None),
        (["a"], {}, "up_for_retry", None),
        (["a", "b"], {"a": OK, "b": BROKEN}, "failed", Ending.FAILED),
        (["a", "b", "c"], {"b": BROKEN}, "running", Ending.FAILED),
        (["c"], {"b": BROKEN}, "failed", Ending.SKIPPED),
        (["a"], None, "upstream_failed", Ending.SKIPPED),
        (["a"], {}, "success", Ending.SKIPPED),
    ],
)
def test_a_task_ends_as_its_nodes_did(
    nodes: list[str], told: dict[str, Result] | None, state: str | None, ending: Ending | None
) -> None:
    """With all of them reported, or once dbt has ended; a node that dbt did not come to is skipped."""
    conclusion = conclude(nodes, told, state)
    assert (conclusion and conclusion.ending) == ending


def test_a_task_says_what_became_of_its_nodes() -> None:
    """dbt's words of each node that ended well, the reason of a failure, or what dbt did not come to."""
    assert conclude(["a"], {"a": OK}, "running") == (Ending.SUCCESS, "a: OK, 0.10 s", logging.INFO)
    warned = conclude(["a", "b"], {"a": OK, "b": WARNED}, "running")
    assert warned == (Ending.SUCCESS, "a: OK, 0.10 s\nb: OK, 0.10 s", logging.WARNING)
    failed = conclude(["a", "b"], {"a": OK, "b": BROKEN}, "failed")
    assert failed == (Ending.FAILED, "dbt model b failed", logging.ERROR)
    skipped = conclude(["a", "c"], {"a": OK}, "failed")
    assert skipped and skipped.message == "The build ended (failed) before dbt came to c."


def test_a_task_shows_when_dbt_was_at_its_nodes_and_what_warned() -> None:
    """From the first node to the last; nothing of nodes that dbt did not come to."""
    tasks = {"model": ["a"], "tests": ["a", "b", "c"], "broken": ["d"], "later": ["c"]}
    assert records(tasks, {"a": OK, "b": WARNED, "d": BROKEN}) == {
        "model": {"times": TIMES, "warning": ""},
        "tests": {"times": WARNED["times"], "warning": "b: OK, 0.10 s"},
        "broken": {"times": None, "warning": ""},
        "later": {"times": None, "warning": ""},
    }
