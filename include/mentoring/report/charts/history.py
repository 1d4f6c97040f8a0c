"""How the rates moved from publication to publication."""

from datetime import date
from typing import Any

import altair

from include.mentoring.report.charts.picture import (
    CATEGORY_COLORS,
    CATEGORY_SHAPES,
    RIGHT,
    Picture,
    Row,
    frame,
    picture,
)
from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, interval, percent

HEIGHT = 240
LEFT = 58
MAX_TICKS = 4
CATEGORIES = ("top_tier", "standard_tier")


def rate_history(publication: dict[str, Any]) -> Picture | None:
    """Return the rates by data date with their 95 % intervals, or None before a second data date.

    Args:
        publication: of the results; of several publications of one data date the last one is shown.
    """
    versions = [version["figures"] for version in publication["earlier"]] + [publication["figures"]]
    by_date = {
        figures["data_date"]: figures["rates"]
        for figures in versions
        if figures and not figures["rates"].keys().isdisjoint(CATEGORIES)
    }
    if len(by_date) < 2:
        return None
    rows: list[Row] = [
        {
            "date": day,
            "category": CATEGORY_LABELS[category],
            "tip": f"{_day(day)}: {_rate(category, rates[category])}",
            **rates[category],
        }
        for day, rates in by_date.items()
        for category in CATEGORIES
        if category in rates
    ]
    names = [CATEGORY_LABELS[category] for category in CATEGORIES]
    legend = altair.Legend(title=None, orient="top", direction="horizontal", symbolOpacity=1)
    color = altair.Color(
        "category:N",
        scale=altair.Scale(domain=names, range=[CATEGORY_COLORS[category] for category in CATEGORIES]),
        legend=legend,
    )
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X(
            "date:T",
            title="data date",
            scale=altair.Scale(type="utc"),
            axis=altair.Axis(format="%-d %b %y", values=_ticks(list(by_date)), grid=False),
        ),
        color=color,
    )
    rate = altair.Y("rate_pct:Q", title="users who came back, %", scale=altair.Scale(domain=[0, 100]))
    shape = altair.Shape(
        "category:N",
        scale=altair.Scale(domain=names, range=[CATEGORY_SHAPES[category] for category in CATEGORIES]),
        legend=legend,
    )
    band = base.mark_area(opacity=0.15).encode(y=altair.Y("low_pct:Q"), y2="high_pct:Q")
    line = base.mark_line(strokeWidth=3).encode(y=rate)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(y=rate, shape=shape, tooltip="tip:N")
    chart = altair.layer(band, line, points).properties(
        **frame(left=LEFT, right=RIGHT + 20, top=36, height=HEIGHT)
    )
    first, last = min(by_date), max(by_date)
    said = "; ".join(f"{_day(day)}: {_rates(by_date[day])}" for day in (first, last))
    return picture(
        "history",
        chart,
        alt=f"Share of users who came back, at {len(by_date)} data dates. {said}.",
        caption="The rates as they were published, by data date; the band is the 95 % interval. A rate also"
        " moves when late or corrected rows arrive, or when a mentor changes tier.",
    )


def _ticks(days: list[str]) -> list[str]:
    """The days that the axis names, the first and the last among them."""
    gaps = min(MAX_TICKS, len(days)) - 1
    return [sorted(days)[round(tick * (len(days) - 1) / gaps)] for tick in range(gaps + 1)]


def _rates(rates: dict[str, Row]) -> str:
    return ", ".join(_rate(category, rates[category]) for category in CATEGORIES if category in rates)


def _rate(category: str, row: Row) -> str:
    return (
        f"{CATEGORY_LABELS[category]} {percent(row['rate_pct'])} (95 % interval"
        f" {interval(row['low_pct'], row['high_pct'])} %)"
    )


def _day(value: str) -> str:
    return f"{date.fromisoformat(value):%-d %B %Y}"
