"""dbt's docs, where they are made, and what to do where they are not."""

from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from include.pipeline.ui import dbt_docs
from tests.pipeline.ui.webserver import Server


def test_they_are_those_that_make_docs_makes() -> None:
    """In dbt's own target folder."""
    assert declared().dbt_project / "target" / "static_index.html" == dbt_docs.TARGET / dbt_docs.FILE


def test_they_run_in_a_box(webserver: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their scripts run without an origin: no login of the reader goes with what they may ask for."""
    monkeypatch.setattr(dbt_docs, "TARGET", tmp_path)
    (tmp_path / dbt_docs.FILE).write_text("the docs", encoding="utf-8")
    assert 'src="docs"' in webserver.get("/mentoring/dbt/").text
    answer = webserver.get("/mentoring/dbt/docs")
    assert (answer.status, answer.text) == (200, "the docs")
    assert "sandbox allow-scripts" in answer.headers["Content-Security-Policy"].split("; ")


def test_where_there_are_none_a_page_says_so(
    webserver: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And names the command that makes them."""
    monkeypatch.setattr(dbt_docs, "TARGET", tmp_path / "not-there")
    answer = webserver.get("/mentoring/dbt/")
    assert answer.status == 404
    assert "make docs" in answer.text
    assert webserver.get("/mentoring/dbt/docs").status == 404
