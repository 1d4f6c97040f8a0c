"""What the quality gate found, run by run."""

import pytest

from include.pipeline.core.settings import Settings
from include.pipeline.quality.verdict import CRITICAL, WARNING
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_check, judge

PAGE = "/mentoring/quality/"


def test_checks_over_time(webserver: Server, folders: Settings) -> None:
    """The newest run first; one that could not run counts as critical; passed ones are not told."""
    passed, warned = a_check("one", CRITICAL, True), a_check("two", WARNING, False)
    not_run = a_check("three", WARNING, False, error="no such function")
    judge(folders, "b", 2, passed, warned, not_run)
    judge(folders, "a", 1, passed, warned)
    judge(folders, "c", 3, passed)
    html = webserver.get(PAGE).text
    (runs,) = tables(html)
    assert [row[1:] for row in runs[1:]] == [
        ["c", "1", "0", "0", "passed"],
        ["b", "3", "1", "1", "refused"],
        ["a", "2", "0", "1", "passed"],
    ]
    assert "Nothing failed in the newest run." in html
    (folders.quality_dir / "results" / "c.json").unlink()
    _, failed = tables(webserver.get(PAGE).text)
    assert [row[2:] for row in failed[1:]] == [
        ["the rule three", "warning", "could not be checked: no such function"],
        ["the rule two", "warning", "fails for 2 of 4 rows (user_id: 7, 8)"],
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"checks": [{"sample": []}]}'])
def test_results_that_cannot_be_read_hide_no_others(webserver: Server, folders: Settings, text: str) -> None:
    """Their row says so."""
    judge(folders, "a", 1, a_check("one", CRITICAL, True))
    (folders.quality_dir / "results" / "b.json").write_text(text, encoding="utf-8")
    (runs,) = tables(webserver.get(PAGE).text)
    assert [row[1:] for row in runs[1:]] == [
        ["b.json", "the results cannot be read"],
        ["a", "1", "0", "0", "passed"],
    ]
