"""The page as a reader sees it: in a real browser without a network, on a desktop, a phone and paper."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from include.mentoring import report

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
DESK, PHONE = 1280, 390
# The smallest legible letters on a phone, in CSS pixels.
READABLE_PX = 9


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
