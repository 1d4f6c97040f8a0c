"""The rebooking rate by tier, with its uncertainty."""

import altair

from include.mentoring.report.charts.picture import (
    CATEGORY_COLORS,
    OTHER,
    RIGHT,
    TEXT,
    TIER_COLORS,
    Picture,
    Row,
    fit,
    frame,
    picture,
)
from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, interval, percent
from include.mentoring.report.results import rate_pct

ROW_HEIGHT = 58


def rate_by_tier(readings: dict[str, list[Row]], days: int) -> Picture | None:
    """Return bars of the rate by tier and category with 95 % intervals, or None if there are no rows.

    Args:
        readings: rebooking rows of each reading by its name, tiers and category totals, in the order to draw;
            the picture shows the first, and a reader of the page can choose the others.
        days: length of the rebooking window of the first reading.
    """
    rows, *_ = readings.values()
    if not rows:
        return None
    places = list(dict.fromkeys(_group(row) for each in readings.values() for row in each))
    values = [
        {
            "reading": reading,
            "row": places.index(_group(row)),
            "rate": rate_pct(row),
            "low": row["ci_low_pct"],
            "high": row["ci_high_pct"],
            "label": f"{_name(row)}: {_rate(row)}"
            f" ({row['rebooked_count']:,} of {row['total_users_w_sessions']:,})",
            "tip": _text(row),
            "color": _color(row),
        }
        for reading, each in readings.items()
        for row in each
    ]
    y = altair.Y("row:O", axis=None, scale=altair.Scale(domain=[*range(len(places))]))
    x = altair.X(
        "rate:Q",
        title="users who came back, %",
        scale=altair.Scale(domain=[0, 100]),
        axis=altair.Axis(tickCount=5),
    )
    names = [*readings]
    # A list of one offers no choice.
    choice = altair.binding_select(options=names, name="Rates of ") if names[1:] else altair.Undefined
    chosen = altair.param("reading", value=names[0], bind=choice)
    base = (
        altair.Chart(altair.Data(values=values))
        .encode(y=y, tooltip="tip:N")
        .transform_filter("datum.reading == reading")
    )
    bars = base.mark_bar(size=18, yOffset=10).encode(
        x=x, color=altair.Color("color:N", scale=None, legend=None)
    )
    whiskers = base.mark_rule(yOffset=10, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    ends = [
        base.mark_tick(yOffset=10, size=12, thickness=2, color=TEXT).encode(x=f"{end}:Q")
        for end in ("low", "high")
    ]
    labels = base.mark_text(align="left", baseline="bottom", yOffset=-3, dx=2).encode(
        x=altair.value(0), text="label:N"
    )
    chart = (
        altair.layer(bars, whiskers, *ends, labels)
        .add_params(chosen)
        .properties(**frame(left=12, right=RIGHT, top=6, height=ROW_HEIGHT * len(places)))
    )
    said = "; ".join(map(_text, rows))
    return picture(
        "rates",
        chart,
        alt=f"Share of users who came back within {days} days: {said}.",
        caption=f"Users with another session within {days} days after their first, by the tier of the first"
        " mentor. The line across the end of a bar is the 95 % interval: the true rate may lie anywhere in"
        " it.",
    )


def _group(row: Row) -> tuple[bool, str]:
    return row["is_category_total"], row["tier"]


def _name(row: Row) -> str:
    if row["is_category_total"]:
        return f"{CATEGORY_LABELS.get(row['tier_category'], fit(row['tier_category']))} together"
    return fit(row["tier"])


def _rate(row: Row) -> str:
    return percent(rate_pct(row))


def _text(row: Row) -> str:
    return f"{_name(row)} {_rate(row)}, 95 % interval {interval(row['ci_low_pct'], row['ci_high_pct'])} %"


def _color(row: Row) -> str:
    if row["is_category_total"]:
        return CATEGORY_COLORS.get(row["tier_category"], CATEGORY_COLORS["unknown"])
    return TIER_COLORS.get(row["tier"], TIER_COLORS[OTHER])
