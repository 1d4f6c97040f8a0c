"""The charts drawn live: tooltips, a choice of readings, and the pictures where no script runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from include.mentoring.report.render import render
from include.mentoring.report.results import Results

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}
# As the deployment serves the page: no evaluated code, and no request to anyone.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
META = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'


@pytest.fixture
def opened(
    browser: Browser, results: Callable[..., Results], tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the page of these tiers, by default the real ones, under that policy."""
    path = tmp_path / "tier_report.html"
    contexts = []

    def open_page(tiers: dict[str, tuple[int, int]] = REAL, *, scripts: bool = True) -> Page:
        page_text = render(results(**tiers))["tier_report.html"]
        path.write_text(page_text.replace("<head>", META, 1), encoding="utf-8")
        context = browser.new_context(offline=True, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_mark_says_its_figures(opened: Callable[..., Page]) -> None:
    """Each chart is live, in place of its picture; a bar tells its rate and interval."""
    page = opened()
    expect(page.locator("figure > script")).to_have_count(0)
    assert page.locator("figure .live").count() == page.locator("figure").count() == 6
    assert page.locator("figure > svg:visible").count() == 0
    page.locator("#rates ~ figure .live .mark-rect path").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_have_text(
        "Gold 61.9\u00a0%, 95\u00a0% interval 46.8–75.0\u00a0%"
    )


def test_a_tier_with_markup_in_its_name_is_text(opened: Callable[..., Page]) -> None:
    """The marks and their tooltips show the name as it is written; nothing of it runs."""
    tier = "<img src onerror=a()>"
    page = opened({tier: (42, 26), "Gold": (57, 22)})
    expect(page.locator("figure > script")).to_have_count(0)
    page.locator("#rates ~ figure .live .mark-rect path").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text(tier)
    assert tier in "".join(page.locator("#rates ~ figure .live text").all_text_contents())
    assert page.locator("img").count() == 0


def test_a_reader_chooses_a_reading(opened: Callable[..., Page]) -> None:
    """The bars are those of the lens, cohort or definition chosen; the answer's come first."""
    page = opened()
    bars = page.locator("#rates ~ figure .live text")
    expect(bars.get_by_text("Gold: 61.9\u00a0% (26 of 42)")).to_be_visible()
    choice = page.get_by_label("Rates of")
    assert choice.input_value() == "the answer"
    names = choice.locator("option").all_inner_texts()
    assert len(names) > 3
    choice.select_option(names[-1])
    expect(bars.get_by_text("Gold: 61.9\u00a0% (26 of 42)")).to_have_count(0)


def test_paper_and_a_browser_without_scripts_have_the_pictures(opened: Callable[..., Page]) -> None:
    """The same charts, as they are before anyone chooses; nothing of the live ones."""
    page = opened()
    expect(page.locator("figure > script")).to_have_count(0)
    page.emulate_media(media="print")
    assert page.locator("section > figure > svg:visible").count() == 4
    assert page.locator(".live:visible").count() == 0
    plain = opened(scripts=False)
    assert plain.locator("section > figure > svg:visible").count() == 4
