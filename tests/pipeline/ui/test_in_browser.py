"""The pages as a reader sees them: in a real browser, alone and in the frame of Airflow's UI."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from include.mentoring import report
from include.pipeline.core.settings import Settings
from include.pipeline.ui import dbt_docs
from tests.pipeline.ui.test_report_pages import REAL, publish
from tests.pipeline.ui.webserver import Server


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of, and whom it asks but the server, in the order in which it does."""
    return []


@pytest.fixture
def opened(browser: Browser, webserver: Server, complaints: list[str]) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens an address as somebody who is logged in."""
    context = browser.new_context()
    context.add_cookies([{"name": "_token", "value": webserver.token("reader"), "url": webserver.url}])

    def open_page(address: str) -> Page:
        page = context.new_page()
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((f"{webserver.url}/", "data:", "blob:"))
                else complaints.append(f"asks {request.url}")
            ),
        )
        answer = page.goto(webserver.url + address)
        assert answer and answer.ok
        return page

    yield open_page
    context.close()


@pytest.fixture(scope="module")
def static_docs(judged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of dbt's docs, made as `make docs` makes them, but of an empty catalog."""
    target = tmp_path_factory.mktemp("target")
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "include.pipeline.cli",
            "dbt",
            "docs",
            "generate",
            "--static",
            "--empty-catalog",
        ],
        env={
            **os.environ,
            "MENTOR_WAREHOUSE_DIR": str(judged),
            "MENTOR_DBT_TARGET_DIR": str(target),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stdout
    return target


@pytest.fixture
def docs(static_docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve those docs."""
    monkeypatch.setattr(dbt_docs, "TARGET", static_docs)


def test_the_reports(
    opened: Callable[[str], Page], folders: Settings, complaints: list[str], webserver: Server
) -> None:
    """From the list to the latest report with its pictures, its Markdown and its JSON; the CSV is saved."""
    publish(**REAL)
    report.write("a run")
    page = opened("/mentoring/")
    assert page.url == f"{webserver.url}/mentoring/reports/"
    assert page.locator("th[scope=row]").inner_text() == "a run latest"
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    with page.expect_download() as download:
        page.get_by_role("link", name="tier_results.csv").click()
    assert download.value.suggested_filename == "tier_results.csv"
    for name in ("tier_report.md", "tier_report.json"):
        page.get_by_role("link", name=name).click()
        expect(page.locator("body")).to_contain_text("61.9")
        page.go_back()
    page.get_by_role("link", name="Open the latest report").click()
    assert page.locator("h1").inner_text() == "Do top-tier mentors bring users back more than the others?"
    assert page.locator("[role=img]").count() >= 5
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    assert complaints == []


def test_the_quality_of_the_data(
    opened: Callable[[str], Page], sample: Settings, complaints: list[str], webserver: Server
) -> None:
    """From the loads to every check of the newest run."""
    page = opened("/mentoring/reports/")
    page.get_by_role("link", name="Quality").click()
    assert page.locator("h2").all_inner_texts() == [
        "Checks over time",
        "What failed in the newest run",
        "Loads",
        "Rejected rows",
    ]
    page.get_by_role("link", name="All checks of the newest run").click()
    assert page.locator("h1").inner_text() == "Quality gate: passed"
    assert page.url.endswith("/mentoring/quality/latest")
    assert complaints == []


def test_dbts_docs(
    opened: Callable[[str], Page], docs: None, folders: Settings, complaints: list[str], webserver: Server
) -> None:
    """They open with their icons, lead to a model with its code, find words and draw the lineage."""
    page = opened("/mentoring/dbt/")
    expect(page.get_by_role("heading", name="Ten tables to start with")).to_be_visible()
    icon = page.locator("svg.menu-icon-off:visible").first
    assert icon.evaluate("icon => icon.getBBox().width") > 0
    page.goto(f"{webserver.url}/mentoring/dbt/#!/model/model.mentoring.rpt_rebooking")
    expect(page.locator("h1").filter(has_text="rpt_rebooking")).to_be_visible()
    expect(page.locator("body")).to_contain_text("rebooking_rate_pct")
    expect(page.locator("pre code").first).to_contain_text("select")
    page.get_by_placeholder("Search for models...").fill("rebooking")
    expect(page.locator("h1").filter(has_text="search results")).to_contain_text("rebooking")
    page.locator(".launcher").click()
    expect(page.get_by_text("Lineage Graph")).to_be_visible()
    assert complaints == []


def test_dbts_scripts_are_in_a_box(
    opened: Callable[[str], Page], docs: None, folders: Settings, webserver: Server
) -> None:
    """What they may ask of Airflow does not go, and they cannot read a login."""
    page = opened("/mentoring/dbt/")
    assert page.evaluate("self.origin") == "null"
    asked = "url => fetch(url).then(answer => answer.status, () => 'not allowed')"
    assert page.evaluate(asked, f"{webserver.url}/api/v2/dags") == "not allowed"


def test_where_there_is_nothing(
    opened: Callable[[str], Page], folders: Settings, complaints: list[str], webserver: Server
) -> None:
    """The pages of an Airflow that has not run anything are as tidy."""
    for name in ("reports", "quality"):
        opened(f"/mentoring/{name}/")
    assert complaints == []


def test_they_stand_in_the_frame_of_the_ui(
    opened: Callable[[str], Page], sample: Settings, docs: None, complaints: list[str], webserver: Server
) -> None:
    """Each entry of the menu shows its page in Airflow's own frame, and the links in it lead on."""
    page = opened("/")
    for entry, heading in (("Tier report", "Tier report"), ("Quality", "Quality of the data")):
        _choose(page, entry)
        frame = page.frame_locator(f"iframe[title='{entry}']")
        expect(frame.locator("h1")).to_have_text(heading)
    frame.get_by_role("link", name="All checks of the newest run").click()
    expect(frame.locator("h1")).to_have_text("Quality gate: passed")
    _choose(page, "dbt docs")
    frame = page.frame_locator("iframe[title='dbt docs']")
    expect(frame.get_by_role("heading", name="Ten tables to start with")).to_be_visible()
    with page.expect_popup() as tab:
        _choose(page, "Report files")
    expect(tab.value.locator("h1")).to_have_text("Tier report")
    assert complaints == []


def _choose(page: Page, entry: str) -> None:
    page.get_by_role("button", name="Plugins").click()
    page.get_by_text("Mentoring", exact=True).hover()
    page.get_by_text(entry, exact=True).click()
