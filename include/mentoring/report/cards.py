"""The three figures at the top of the report, each with its change since the last publication."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from include.mentoring.report.narrative.formatting import count, interval, percent, signed
from include.mentoring.report.results import Results

Figures = dict[str, Any]
TITLES = {"top_tier": "After a top-tier mentor", "standard_tier": "After a standard-tier mentor"}
FAULTS = ("missing_end", "orphan_users", "orphaned_events", "rejected_events")
# In points, as shown to one decimal.
SMALLEST_CHANGE = 0.05
# Of the line of earlier values, in the units of its picture.
WIDTH, HEIGHT, MARGIN = 100, 24, 2
# Points from the bottom to the top of the line at least, so that a small change looks small.
MIN_SPAN = 10


@dataclass(frozen=True)
class Card:
    """A figure at the top.

    Attributes:
        key: names its color.
        title: what it is.
        value: the figure.
        details: what it is made of, and how certain it is.
        change: since the last publication; "" for a first one.
        at: where its mark lies, in percent; None without a figure.
        low, high: the ends of its interval.
        line: points of its values, publication by publication; "" for a single one.
    """

    key: str
    title: str
    value: str
    details: tuple[str, ...]
    change: str
    at: float | None = None
    low: float | None = None
    high: float | None = None
    line: str = ""

    @property
    def alt(self) -> str:
        """What its picture shows."""
        ends = "" if self.low is None else f", {self.details[-1]}"
        return f"{self.title}: {self.value}{ends}"


def cards(results: Results) -> list[Card]:
    """Return the cards: the two rates, and the bookings that were kept."""
    return [*(_rate(results, category) for category in TITLES), _bookings(results)]


def _rate(results: Results, category: str) -> Card:
    row = results["publication"]["figures"]["rates"].get(category)
    if row is None:
        return Card(category, TITLES[category], "–", ("no user yet",), "")

    def rate(figures: Figures) -> float | None:
        earlier = figures["rates"].get(category)
        return earlier and earlier["rate_pct"]

    return Card(
        category,
        TITLES[category],
        percent(100 * row["rebooked"] / row["users"]),
        (
            f"{row['rebooked']:,} of {count(row['users'], 'user')} came back",
            f"95 % interval {interval(row['low_pct'], row['high_pct'])} %",
        ),
        _change(results, rate),
        row["rate_pct"],
        row["low_pct"],
        row["high_pct"],
        _line(results, rate),
    )


def _bookings(results: Results) -> Card:
    bookings = results["publication"]["figures"]["bookings"]
    faults = sum(bookings[fault] for fault in FAULTS)
    found = f"{count(bookings['double_bookings'], 'double booking')}, {count(faults, 'other fault')}"
    kept = _kept(results["publication"]["figures"])
    if kept is None:
        return Card("bookings", "Bookings kept", "–", ("none was confirmed", found), "")
    return Card(
        "bookings",
        "Bookings kept",
        percent(kept),
        (f"{bookings['attended']:,} of {bookings['confirmed']:,} confirmed", found),
        _change(results, _kept),
        kept,
        line=_line(results, _kept),
    )


def _kept(figures: Figures) -> float | None:
    bookings = figures["bookings"]
    return 100 * bookings["attended"] / bookings["confirmed"] if bookings["confirmed"] else None


def _change(results: Results, value: Callable[[Figures], float | None]) -> str:
    since = results["publication"]["since"]
    before = value(since["figures"]) if since and since["figures"] else None
    after = value(results["publication"]["figures"])
    if since is None or before is None or after is None:
        return ""
    when = f"since {date.fromisoformat(since['published_at'][:10]):%-d %b %Y}"
    if abs(after - before) < SMALLEST_CHANGE:
        return f"unchanged {when}"
    return f"{'+' if after > before else ''}{signed(after - before)} points {when}"


def _line(results: Results, value: Callable[[Figures], float | None]) -> str:
    publication = results["publication"]
    every = [*(version["figures"] for version in publication["earlier"]), publication["figures"]]
    values = [rate for figures in every if figures and (rate := value(figures)) is not None]
    if len(values) < 2:
        return ""
    span = max(max(values) - min(values), MIN_SPAN)
    low = (max(values) + min(values) - span) / 2
    heights = [(rate - low) / span for rate in values]
    step = WIDTH / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * height:.1f}"
        for place, height in enumerate(heights)
    )
