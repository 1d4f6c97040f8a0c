"""The web UI as people use it, in a real browser: who may do what, a run from the form, our pages.

With MENTOR_SCREENSHOTS set to a folder, pictures for the README are left there.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.stack.api import Api
from tests.stack.stack import Stack

DAG = "/dags/mentor_tier_report"
STAGES = ("ingest", "validate", "dbt", "publish", "report")
# A run takes a minute, more where other programs run.
RUN_MILLISECONDS = 900_000
ANSWER_MILLISECONDS = 60_000


@contextmanager
def logged_in(browser: Browser, stack: Stack, name: str, password: str) -> Iterator[Page]:
    """Yield a page on which somebody has logged in, at the DAG."""
    context = browser.new_context(base_url=stack.address, viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(ANSWER_MILLISECONDS)
    page.goto(DAG)
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.get_by_text("Failed Runs").wait_for()
    yield page
    context.close()


@pytest.fixture(scope="module")
def admin_page(
    browser: Browser, stack: Stack, admin_password: str, first_run: dict[str, Any]
) -> Iterator[Page]:
    """Return a page of the admin's, after the first run."""
    with logged_in(browser, stack, "admin", admin_password) as page:
        yield page


@pytest.fixture(scope="module")
def viewer_page(browser: Browser, stack: Stack, first_run: dict[str, Any]) -> Iterator[Page]:
    """Return a page of a viewer's."""
    password = stack.make("user", "NAME=onlooker", "ROLE=viewer").split()[-1]
    with logged_in(browser, stack, "onlooker", password) as page:
        yield page


def picture(page: Page, name: str) -> None:
    """Leave a picture of the page where one is asked for."""
    if folder := os.environ.get("MENTOR_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def open_page(page: Page, entry: str) -> Frame:
    """Open one of our pages by its entry of the menu and return the frame that shows it."""
    page.goto(DAG)
    page.get_by_role("button", name="Plugins").click()
    page.get_by_role("menuitem", name="Mentoring").hover()
    page.get_by_role("menuitem", name=entry).click()
    frame = page.wait_for_selector("iframe").content_frame()
    assert frame is not None
    return frame


def fill_in(page: Page, window_days: int) -> None:
    """Open the trigger form and choose a rebooking window."""
    page.goto(DAG)
    page.get_by_test_id("trigger-dag-button").click()
    window = page.locator("#element_rebooking_window_days")
    expect(window).to_contain_text("30")
    window.click()
    page.get_by_role("option", name=str(window_days), exact=True).click()


def test_an_anonymous_visitor_is_asked_to_log_in(browser: Browser, stack: Stack) -> None:
    """The UI sends him to the form; our pages tell him nothing."""
    page = browser.new_page(base_url=stack.address)
    page.goto(DAG)
    expect(page).to_have_url(re.compile("/auth/login"))
    picture(page, "login")
    refused = page.goto("/mentoring/reports/")
    assert refused is not None and refused.status == 401
    assert "Gold" not in page.content()
    page.close()


def test_the_graph_reads_as_the_pipeline(admin_page: Page) -> None:
    """ingest, validate, dbt, publish, report; dbt opens into its layers."""
    admin_page.goto(DAG)
    admin_page.get_by_role("button", name="Show Graph").click()
    nodes = admin_page.locator(".react-flow__node")
    expect(nodes).to_have_count(len(STAGES))
    lefts = [box["x"] for stage in STAGES if (box := nodes.filter(has_text=stage).first.bounding_box())]
    assert len(lefts) == len(STAGES) and lefts == sorted(lefts)
    picture(admin_page, "graph")


def test_the_form_offers_windows_to_choose_from(admin_page: Page) -> None:
    """No number can be typed that would silently become another one."""
    fill_in(admin_page, 7)
    window = admin_page.locator("#element_rebooking_window_days")
    expect(window).to_contain_text("7")
    window.click()
    assert admin_page.get_by_role("option").all_inner_texts() == ["7", "14", "30", "60", "90", "180", "365"]
    window.press_sequentially("400")
    expect(admin_page.get_by_role("option")).to_have_count(0)


def test_a_run_from_the_form_ends_and_shows_its_report(admin_page: Page, admin: Api) -> None:
    """A what-if: people fill in the form, watch the run end, and read its report on our page."""
    known = {run["dag_run_id"] for run in admin.runs()}
    fill_in(admin_page, 60)
    picture(admin_page, "trigger_form")
    admin_page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
    expect(admin_page.get_by_role("dialog")).to_have_count(0)
    (run,) = (run for run in admin.runs() if run["dag_run_id"] not in known)
    assert run["conf"]["rebooking_window_days"] == 60
    admin_page.goto(f"{DAG}/runs/{run['dag_run_id']}")
    # The state of the run stands in its header; those of tasks are in small letters.
    state = admin_page.get_by_text("Running", exact=True)
    expect(state.first).to_be_visible()
    expect(state).to_have_count(0, timeout=RUN_MILLISECONDS)
    expect(admin_page.get_by_text("Success", exact=True).first).to_be_visible()
    picture(admin_page, "run")
    assert admin.ended(run["dag_run_id"])["state"] == "success"
    reports = open_page(admin_page, "Tier report")
    expect(reports.get_by_text("the rebooking window is 60 days instead of 30").first).to_be_visible()
    assert admin.tasks(run["dag_run_id"])["publish"]["state"] == "skipped"


def test_our_pages_open_in_the_ui(admin_page: Page) -> None:
    """Each by its entry, with its content, without an error and without another host."""
    errors: list[str] = []
    asked: set[str] = set()
    admin_page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    admin_page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    reports = open_page(admin_page, "Tier report")
    expect(reports.get_by_text("61.90").first).to_be_visible()
    picture(admin_page, "tier_report")
    quality = open_page(admin_page, "Quality")
    expect(quality.get_by_text("booking_events.json").first).to_be_visible()
    expect(quality.get_by_role("heading", name="published version")).to_be_visible()
    picture(admin_page, "quality")
    models = open_page(admin_page, "Models")
    expect(models.get_by_text("marts.fct_sessions").first).to_be_visible()
    picture(admin_page, "models")
    data = open_page(admin_page, "Data")
    expect(data.get_by_text("reports.rpt_rebooking").first).to_be_visible()
    picture(admin_page, "data")
    docs = open_page(admin_page, "dbt docs").frame_locator("iframe")
    expect(docs.get_by_role("heading", name="Ten tables to start with")).to_be_visible()
    assert errors == []
    assert len(asked) == 1, asked


def test_a_viewer_reads_and_triggers_nothing(viewer_page: Page, admin: Api) -> None:
    """The UI refuses the run, and our pages open; the database is for all who read."""
    runs = admin.runs()
    fill_in(viewer_page, 60)
    viewer_page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
    expect(viewer_page.get_by_text("403 Forbidden").first).to_be_visible()
    assert len(admin.runs()) == len(runs)
    expect(open_page(viewer_page, "Tier report").get_by_text("61.90").first).to_be_visible()
    with viewer_page.expect_download() as download:
        open_page(viewer_page, "Data").get_by_role("link", name="Save mentoring.duckdb").click()
    assert download.value.suggested_filename == "mentoring.duckdb"
