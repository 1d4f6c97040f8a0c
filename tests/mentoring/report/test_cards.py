"""The three figures at the top: what they are, how certain, and how they moved."""

from collections.abc import Callable
from typing import Any

from include.mentoring.report.cards import cards
from include.mentoring.report.results import Results

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}


def _since(document: Results, moved: float) -> dict[str, Any]:
    """A version before, whose top-tier rate was lower by that much."""
    figures = document["publication"]["figures"]
    top = figures["rates"]["top_tier"]
    before = {**top, "rate_pct": top["rate_pct"] - moved}
    return {
        "version": 4,
        "published_at": "2031-04-30T01:00:00+00:00",
        "run_id": "before",
        "figures": {**figures, "rates": {**figures["rates"], "top_tier": before}},
    }


def test_the_cards_are_the_rates_and_the_bookings(results: Callable[..., Results]) -> None:
    """Each with its counts and what bounds it."""
    top, standard, bookings = cards(results(**REAL))
    assert (top.value, top.details) == (
        "61.9 %",
        ("26 of 42 users came back", "95 % interval 46.8–75.0 %"),
    )
    assert (standard.value, standard.at) == ("24.4 %", 24.44)
    assert bookings.title == "Bookings kept"
    assert (top.change, top.line) == ("", "")


def test_a_card_says_how_its_figure_moved(results: Callable[..., Results]) -> None:
    """In points since the version before; a line from the second publication on."""
    document = results(**REAL)
    since = _since(document, 2.1)
    document["publication"] |= {"since": since, "earlier": [since]}
    top, standard, _ = cards(document)
    assert top.change == "+2.1 points since 30 Apr 2031"
    assert top.line == "0.0,14.1 100.0,9.9"
    assert standard.change == "unchanged since 30 Apr 2031"
    assert standard.line == "0.0,12.0 100.0,12.0"


def test_without_users_there_is_no_figure(results: Callable[..., Results]) -> None:
    """A dash instead of a rate, and no picture."""
    assert [(card.value, card.at) for card in cards(results())[:2]] == [("–", None), ("–", None)]
