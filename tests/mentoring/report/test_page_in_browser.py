"""The page as a reader sees it: in a real browser without a network, on a desktop, a phone and paper."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from include.mentoring import report
from include.mentoring.report.render import render
from include.mentoring.report.results import Results
from tests.mentoring.report import published
from tests.support.accessibility import violations

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
DESK, PHONE = 1280, 390
# The smallest legible letters on a phone, in CSS pixels.
READABLE_PX = 9
# As a reader has ten seconds.
MAX_WORDS = 40
MANY = {"Gold": (400, 200), "Silver": (500, 150), "Bronze": (300, 9), "Unknown": (20, 4)}
# Results of every kind: arguments of `publish`.
WORLDS: dict[str, dict[str, Any]] = {
    "the real figures": REAL,
    "few users": {"Gold": (2, 1), "Silver": (1, 0)},
    "one tier": {"Bronze": (3, 0)},
    "nobody": {"figures": {"at_risk": 0, "observation_end": None}},
    "many mentors": {
        **MANY,
        "tables": {
            "rpt_mentors": [
                row | {"mentor_id": f"{row['mentor_id']}-{number}"}
                for row in published.rows(MANY)["rpt_mentors"]
                for number in range(50)
            ]
        },
    },
    "odd names": {"<b>&\"'": (40, 20), "x" * 300: (3, 1)},
}


@pytest.fixture
def complaints() -> list[str]:
    """The browser's errors, in their order."""
    return []


@pytest.fixture
def opened(
    browser: Browser, publish: Callable[..., None], complaints: list[str]
) -> Iterator[Callable[[int], Page]]:
    """Return a function that opens the page on a screen so many pixels wide."""
    publish(**REAL)
    path: Path = report.write("a run") / "tier_report.html"
    context = browser.new_context(offline=True)

    def open_page(width: int) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                None if request.url == path.as_uri() else complaints.append(f"asks {request.url}")
            ),
        )
        page.goto(path.as_uri())
        return page

    yield open_page
    context.close()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_page_opens_without_a_network(
    width: int, opened: Callable[[int], Page], complaints: list[str]
) -> None:
    """No error, no request except for the page itself, and every picture is on the screen."""
    page = opened(width)
    assert page.locator("h1").is_visible()
    pictures = page.locator("section > figure .live[role=graphics-document]")
    expect(pictures).to_have_count(4)
    for picture in pictures.all():
        assert len(picture.get_attribute("aria-label") or "") > 40
        box = picture.locator("svg").bounding_box()
        assert box and box["width"] > 200 and box["height"] > 80
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("world", WORLDS)
def test_every_report_can_be_read_by_all(
    world: str, scheme: Any, browser: Browser, results: Callable[..., Results], tmp_path: Path
) -> None:
    """Whatever the figures: few words before a picture, all tables whole or with a sign, enough contrast."""
    document = _with_history(results(**WORLDS[world]))
    path = tmp_path / "tier_report.html"
    path.write_text(render(document)["tier_report.html"], encoding="utf-8")
    context = browser.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri())
        expect(page.locator("figure > script")).to_have_count(0)
        assert page.evaluate(WORDS_BEFORE_A_PICTURE) <= MAX_WORDS
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_WITHOUT_A_SIGN) == []
    assert said == []
    context.close()


# Cards are pictures where they have figures.
WORDS_BEFORE_A_PICTURE = """() => {
    const head = document.createRange();
    head.setStart(document.body, 0);
    head.setEndBefore(document.querySelector(".card:first-child svg") || document.querySelector(".cards"));
    return head.toString().trim().split(/\\s+/).length;
}"""
# Tables that neither fit into their box nor have a shade where more of them lies.
CUT_WITHOUT_A_SIGN = """() => Array.from(document.querySelectorAll("table"))
    .filter(table => table.scrollWidth > table.parentElement.clientWidth)
    .filter(table => {
        const box = getComputedStyle(table.parentElement);
        return box.overflowX != "auto" || box.backgroundAttachment != "local, local, scroll, scroll";
    })
    .map(table => table.caption.textContent)"""


def _with_history(document: Results) -> Results:
    """The results with two earlier versions of theirs, a day and two days older."""
    publication = document["publication"]
    for days in (2, 1):
        figures = deepcopy(publication["figures"])
        figures["data_date"] = f"2031-04-{30 - days}"
        version = {"version": 3 - days, "published_at": f"2031-04-{30 - days}T03:00:00", "run_id": "a run"}
        publication["since"] = {**version, "figures": figures}
        publication["earlier"].append(publication["since"])
    return document


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_page_is_as_wide_as_the_screen(width: int, opened: Callable[[int], Page]) -> None:
    """The page never scrolls sideways: a wider table scrolls in its own box."""
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_letters_of_a_picture_can_be_read_on_a_phone(opened: Callable[[int], Page]) -> None:
    """Pictures shrink with the screen, and their letters with them, but never to nothing."""
    page = opened(PHONE)
    sizes = page.evaluate(
        """Array.from(document.querySelectorAll('svg text'))
            .filter(text => text.textContent.trim())
            .map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)
            .filter(size => size > 0)"""
    )
    assert len(sizes) > 20
    assert min(sizes) >= READABLE_PX


def test_the_page_can_be_printed(opened: Callable[[int], Page], complaints: list[str]) -> None:
    """On paper nothing is cut off at the side, and no picture is split between pages."""
    page = opened(DESK)
    page.emulate_media(media="print")
    # The width of a page of A4 without its margins, in CSS pixels.
    page.set_viewport_size({"width": 718, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    breaks = page.evaluate(
        "Array.from(document.querySelectorAll('figure')).map(f => getComputedStyle(f).breakInside)"
    )
    assert breaks and set(breaks) == {"avoid"}
    assert page.pdf().startswith(b"%PDF")
    assert complaints == []
