"""The page of the models."""

from include.pipeline.core.settings import Settings
from include.pipeline.quality.verdict import CRITICAL
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_check, a_model, a_test, build, judge

PAGE = "/mentoring/models/"


def test_the_models_of_the_newest_build_are_listed(webserver: Server, folders: Settings) -> None:
    """With dbt's own seconds, and how the run ended; a run that was refused built nothing."""
    build("a", 1, a_model("quick", seconds=0.2, rows=1000), a_model("m", seconds=0.5))
    build(
        "b",
        2,
        a_model("quick", seconds=0.25, rows=1200),
        a_model("m", "failed", seconds=3, rows=None),
        a_test("t"),
    )
    judge(folders, "c", 3, a_check("one", CRITICAL, False))
    html = webserver.get(PAGE).text
    (models,) = tables(html)
    assert models[1:] == [
        ["marts.m", "failed", "3.00 slow", "0.50", "–", "7", "▂█"],
        ["marts.quick", "passed", "0.25", "0.20", "1,200", "1,000", "▇█"],
    ]
    assert "dbt took 3.2 s for 2 models in b, which ended at 1970-01-01 00:00:02 UTC: failed: 1 of 2" in html
    assert 'aria-label="from 0.50 to 3.00 seconds"' in html


def test_before_the_first_build_the_page_says_what_to_do(webserver: Server, folders: Settings) -> None:
    """There is not even a warehouse."""
    answer = webserver.get(PAGE)
    assert answer.status == 200
    assert "dbt has built nothing yet. Trigger the DAG" in answer.text
