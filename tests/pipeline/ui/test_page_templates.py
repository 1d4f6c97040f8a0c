"""Every page of ours has the same navigation, errors included."""

import re

import pytest

from include.pipeline.core.settings import Settings
from include.pipeline.ui import dbt_docs
from tests.pipeline.ui.webserver import Server

PAGES = ["Tier report", "Quality", "Models", "Data", "dbt docs"]
LINK = re.compile(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>')


@pytest.fixture(autouse=True)
def shown_files(folders: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report and dbt's docs, which pages show."""
    monkeypatch.setattr(dbt_docs, "TARGET", folders.report_dir / "a-run")
    dbt_docs.TARGET.mkdir(parents=True)
    for name in ("tier_report.html", dbt_docs.FILE):
        (dbt_docs.TARGET / name).write_text("a file", encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "name", "here"),
    [
        ("/mentoring/reports/", "reader", ["Tier report"]),
        ("/mentoring/reports/a-run/", "reader", ["Tier report"]),
        ("/mentoring/reports/no-run/", "reader", ["Tier report"]),
        ("/mentoring/quality/", "reader", ["Quality"]),
        ("/mentoring/models/", "reader", ["Models"]),
        ("/mentoring/data/", "reader", ["Data"]),
        ("/mentoring/data/1/mentoring.duckdb", "reader", ["Data"]),
        ("/mentoring/dbt/", "reader", ["dbt docs"]),
        ("/mentoring/no/such/page", "reader", []),
        ("/mentoring/quality/", "stranger", ["Quality"]),
        ("/mentoring/no/such/page", None, []),
    ],
)
def test_a_page_leads_to_all_others(
    webserver: Server, address: str, name: str | None, here: list[str]
) -> None:
    """By addresses that hold wherever the page is."""
    html = webserver.get(address, name).text
    (navigation,) = re.findall(r"<nav.*?</nav>", html, re.DOTALL)
    links = LINK.findall(navigation)
    assert [text for _, _, text in links] == PAGES
    assert [text for _, current, text in links if current] == here
    for target, _, _ in links:
        assert webserver.get(target).status == 200
