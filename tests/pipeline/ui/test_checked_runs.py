"""What the gate and dbt found, run by run, and how each run ended."""

import pytest

from include.pipeline.core.settings import Settings
from include.pipeline.publish import publication
from include.pipeline.quality.verdict import CRITICAL, WARNING
from include.pipeline.ui import checked_runs
from tests.pipeline.publish.test_publication import build as build_layers
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_check, a_model, a_test, build, judge
from tests.support.deliveries import Bench, audit

PAGE = "/mentoring/quality/"
PASSED = a_check("one", CRITICAL, True)
WARNED = a_check("two", WARNING, False)
NOT_RUN = a_check("three", WARNING, False, error="no such function")


def test_the_newest_run_comes_first(webserver: Server, folders: Settings) -> None:
    """By the latest of its results; a check that could not run refuses."""
    judge(folders, "b", 2, PASSED, WARNED, NOT_RUN)
    judge(folders, "a", 1, PASSED, WARNED)
    build("a", 4, a_model("m"), a_test("t"), a_test("u", "warned"))
    judge(folders, "c", 3, PASSED)
    _, runs = tables(webserver.get(PAGE).text)
    assert runs[1:] == [
        ["1970-01-01 00:00:04", "a", "2", "1", "2", "1", "2 of 2 dbt tests passed"],
        ["1970-01-01 00:00:03", "c", "1", "0", "–", "–", "accepted by the gate, dbt has not ended"],
        ["1970-01-01 00:00:02", "b", "3", "1", "–", "–", "refused: 1 of 3 checks of the gate failed"],
    ]


def ending() -> str:
    """Return how the newest run ended."""
    return checked_runs.newest(1)[0][0].ending


def test_a_run_ends_as_dbt_does(folders: Settings) -> None:
    """A gate that passed says nothing about a test of dbt that failed."""
    judge(folders, "a", 1, PASSED)
    build("a", 2, a_model("m"), a_test("t", "failed"), a_test("u", "not run"))
    assert ending() == "failed: 1 of 2 dbt tests failed"
    build("a", 3, a_model("m", "failed"), a_test("t", "failed"), a_test("u"))
    assert ending() == "failed: 1 of 1 dbt models and 1 of 2 dbt tests failed"
    build("a", 4, a_model("m"), a_test("t"), a_test("u", "not run"))
    assert ending() == "1 of 2 dbt tests passed"
    build("a", 5, a_model("m"), a_test("t"), is_trial=True)
    assert ending() == "a trial run: 1 of 1 dbt tests passed"


def test_an_earlier_try_of_the_same_name_does_not_count(folders: Settings) -> None:
    """A run that is cleared keeps its name, and all commands share one."""
    build("a", 1, a_test("t", "failed"))
    judge(folders, "a", 2, PASSED)
    assert ending() == "accepted by the gate, dbt has not ended"
    judge(folders, "a", 3, NOT_RUN)
    assert ending().startswith("refused")
    build("a", 4, a_test("t"))
    assert ending() == "1 of 1 dbt tests passed"


def test_a_run_that_published_names_its_version(bench: Bench, folders: Settings) -> None:
    """By dbt's invocation, for its name may be that of others; a rollback changes nothing of it."""
    for number in (1, 2):
        build_layers(bench, number)
        audit("a")
        publication.publish("a")
    build("a", 1, a_test("t"))
    assert ending() == "1 of 1 dbt tests passed"
    build("a", 1, a_test("t"), invocation="an-invocation")
    assert ending() == "published version 2"
    publication.roll_back(1)
    assert ending() == "published version 2"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"checks": [{"sample": []}]}', '{"nodes": [1]}'])
@pytest.mark.parametrize("folder", ["results", "dbt"])
def test_results_that_cannot_be_read_hide_no_others(
    webserver: Server, folders: Settings, folder: str, text: str
) -> None:
    """Their row says so."""
    judge(folders, "a", 1, PASSED)
    build("a", 1, a_test("t"))
    (folders.quality_dir / folder / "b.json").write_text(text, encoding="utf-8")
    html = webserver.get(PAGE).text
    (runs,) = tables(html)
    assert "<h1>Quality · its results cannot be read</h1>" in html
    assert [row[1:] for row in runs[1:]] == [
        ["b.json", "–", "–", "–", "–", "its results cannot be read"],
        ["a", "1", "0", "1", "0", "1 of 1 dbt tests passed"],
    ]
