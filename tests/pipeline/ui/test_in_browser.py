"""The pages as a reader sees them: in a real browser, alone and in the frame of Airflow's UI."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from include.mentoring import report
from include.pipeline.core.settings import Settings, settings
from include.pipeline.ui import dbt_docs
from tests.pipeline.publish.test_publication import build as build_layers
from tests.pipeline.ui.test_report_pages import REAL, a_run, publish
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_model, a_test, build
from tests.support.accessibility import violations
from tests.support.deliveries import Bench
from tests.support.deliveries import publish as publish_build

LOGINS_THAT_READ = ["reader", "operator", "manager"]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of, and whom it asks but the server, in the order in which it does."""
    return []


@pytest.fixture
def opened(browser: Browser, webserver: Server, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address as somebody who is logged in, by default a viewer."""
    context = browser.new_context()

    def open_page(address: str, name: str = "reader") -> Page:
        context.add_cookies([{"name": "_token", "value": webserver.token(name), "url": webserver.url}])
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
    answer = page.frame_locator("iframe[title='The latest report']")
    expect(answer.locator(".headline")).to_have_text(
        "Top-tier users return more: 61.9\u00a0% against 24.4\u00a0%"
    )
    assert page.locator("th[scope=row]").inner_text() == "a run latest"
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    with page.expect_download() as download:
        # By keyboard: a robot's click right after it has scrolled may reach the frame with the report.
        page.get_by_role("link", name="tier_results.csv").press("Enter")
    assert download.value.suggested_filename == "tier_results.csv"
    shown = page.frame_locator("iframe")
    for name in ("tier_report.md", "tier_report.json"):
        page.get_by_role("link", name=name).press("Enter")
        expect(shown.locator("body")).to_contain_text("61.9")
        page.get_by_role("link", name="Tier report").click()
    page.get_by_role("link", name="Open the latest report").click()
    expect(shown.locator("h1")).to_have_text(
        "Do top-tier mentors bring users back? Can we trust the bookings?"
    )
    expect(shown.locator("figure .live")).to_have_count(6)
    assert complaints == []


def test_the_quality_of_the_data(
    opened: Callable[[str], Page], sample: Settings, complaints: list[str], webserver: Server
) -> None:
    """From every check of the newest run, what failed being open, to the rejected rows."""
    build("the-sample", 2_000_000_000, a_test("one", "failed"), a_test("two", "warned"), a_test("three"))
    page = opened("/mentoring/reports/")
    page.get_by_role("link", name="Quality").click()
    assert page.locator("h1").inner_text() == "Quality · failed: 1 of 3 dbt tests failed"
    assert page.locator("h2").all_inner_texts() == ["Checks", "Runs", "Loads", "Rejected rows"]
    assert page.get_by_text("one found 3 rows").is_visible()
    assert not page.get_by_text("two found 3 rows").is_visible()
    page.get_by_text("finding").nth(1).click()
    assert page.get_by_text("two found 3 rows").is_visible()
    failed, passed = (page.locator(selector).first for selector in (".dots .bad", ".dots"))
    colour = "dot => getComputedStyle(dot).color"
    assert failed.evaluate(colour) != passed.evaluate(colour)
    page.get_by_role("link", name="rejected rows").click()
    assert page.url.endswith("/mentoring/quality/#rejected")
    assert complaints == []


@pytest.mark.parametrize("name", LOGINS_THAT_READ)
def test_everybody_who_reads_saves_the_database(
    name: str, opened: Callable[..., Page], bench: Bench, docs: None, complaints: list[str]
) -> None:
    """A viewer, an operator and an admin come to every page by its link, and save what is published."""
    build_layers(bench, 1)
    publish_build("a-run")
    build("a-run", 2_000_000_000, a_model("fct_sessions"), invocation="an-invocation")
    page = opened("/mentoring/", name)
    for link, heading in (
        ("Quality", "Quality · published version 1"),
        ("Models", "Models"),
        ("Data", "Data"),
        ("Tier report", "Tier report"),
    ):
        page.get_by_role("navigation").get_by_role("link", name=link).click()
        expect(page.locator("h1")).to_have_text(heading)
        expect(page.locator("nav a[aria-current]")).to_have_text(link)
    page.get_by_role("link", name="dbt docs").click()
    expect(
        page.frame_locator("iframe").get_by_role("heading", name="Ten tables to start with")
    ).to_be_visible()
    page.get_by_role("link", name="Data").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save mentoring.duckdb").click()
    assert download.value.suggested_filename == "mentoring.duckdb"
    assert Path(download.value.path()).read_bytes() == settings().published_path.read_bytes()
    assert complaints == []


def test_dbts_docs(
    opened: Callable[[str], Page], docs: None, folders: Settings, complaints: list[str], webserver: Server
) -> None:
    """They open with their icons, lead to a model with its code, find words and draw the lineage."""
    page = opened("/mentoring/dbt/docs")
    expect(page.get_by_role("heading", name="Ten tables to start with")).to_be_visible()
    icon = page.locator("svg.menu-icon-off:visible").first
    assert icon.evaluate("icon => icon.getBBox().width") > 0
    page.goto(f"{webserver.url}/mentoring/dbt/docs#!/model/model.mentoring.rpt_rebooking")
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
    page = opened("/mentoring/dbt/docs")
    assert page.evaluate("self.origin") == "null"
    asked = "url => fetch(url).then(answer => answer.status, () => 'not allowed')"
    assert page.evaluate(asked, f"{webserver.url}/api/v2/dags") == "not allowed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["reports", "quality", "models", "data"])
def test_everybody_can_read_them(
    name: str, scheme: Any, opened: Callable[..., Page], sample: Settings, complaints: list[str]
) -> None:
    """Contrast, names of links and frames, headings of tables: what WCAG 2.1 asks at its levels A and AA."""
    build("the-sample", 2_000_000_000, a_test("one", "failed"), a_test("two", "warned"), a_model("three"))
    a_run(sample.report_dir, "a", 1, trial="A trial")
    page = opened(f"/mentoring/{name}/")
    page.emulate_media(color_scheme=scheme)
    assert violations(page) == []
    assert complaints == []


def test_where_there_is_nothing(
    opened: Callable[[str], Page], folders: Settings, complaints: list[str], webserver: Server
) -> None:
    """The pages of an Airflow that has not run anything are as tidy."""
    for name in ("reports", "quality", "models", "data"):
        opened(f"/mentoring/{name}/")
    assert complaints == []


def test_they_stand_in_the_frame_of_the_ui(
    opened: Callable[[str], Page], sample: Settings, docs: None, complaints: list[str], webserver: Server
) -> None:
    """Each entry of the menu shows its page in Airflow's own frame; its links lead on, and files save."""
    a_run(sample.report_dir, "a", 1)
    (sample.report_dir / "latest").symlink_to("a")
    for name in ("tier_report.html", "tier_results.csv"):
        (sample.report_dir / "latest" / name).write_text("<h2>the report</h2>", encoding="utf-8")
    page = opened("/")
    ended = "accepted by the gate, dbt has not ended"
    for entry, heading in (
        ("Models", "Models"),
        ("Data", "Data"),
        ("Quality", f"Quality · {ended}"),
        ("Tier report", "Tier report"),
    ):
        _choose(page, entry)
        frame = page.frame_locator(f"iframe[title='{entry}']")
        expect(frame.locator("h1")).to_have_text(heading)
    frame.get_by_role("link", name="Open the latest report").click()
    expect(frame.frame_locator("iframe").locator("h2")).to_have_text("the report")
    frame.get_by_role("link", name="Tier report").click()
    with page.expect_download():
        frame.get_by_role("link", name="tier_results.csv").press("Enter")
    frame.get_by_role("link", name="Quality").click()
    expect(frame.locator("h1")).to_have_text(f"Quality · {ended}")
    _choose(page, "dbt docs")
    frame = page.frame_locator("iframe[title='dbt docs']").frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Ten tables to start with")).to_be_visible()
    assert complaints == []


def _choose(page: Page, entry: str) -> None:
    page.get_by_role("button", name="Plugins").click()
    page.get_by_text("Mentoring", exact=True).hover()
    page.get_by_text(entry, exact=True).click()
