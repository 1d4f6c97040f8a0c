"""The rebooking rate by tier, with its uncertainty."""

import altair

from include.mentoring.report.charts.picture import (
    CATEGORY_COLORS,
    OTHER,
    RIGHT,
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


def rate_by_tier(rows: list[Row], days: int) -> Picture | None:
    """Return bars of the rate by tier and category with 95 % intervals, or None if there are no rows.

    Args:
        rows: rebooking rows of one lens and cohort, tiers and category totals, in the order to draw.
        days: length of the rebooking window.
    """
    if not rows:
        return None
    values = [
        {
            "row": position,
            "rate": row["rebooking_rate_pct"],
            "low": row["ci_low_pct"],
            "high": row["ci_high_pct"],
            "label": f"{_name(row)}: {_rate(row)}"
            f" ({row['rebooked_count']:,} of {row['total_users_w_sessions']:,})",
            "color": _color(row),
        }
        for position, row in enumerate(rows)
    ]
    y = altair.Y("row:O", axis=None)
    x = altair.X(
        "rate:Q",
        title=f"users with another session within {days} days, %",
        scale=altair.Scale(domain=[0, 100]),
        axis=altair.Axis(tickCount=5),
    )
    base = altair.Chart(altair.Data(values=values)).encode(y=y)
    bars = base.mark_bar(size=18, yOffset=10).encode(
        x=x, color=altair.Color("color:N", scale=None, legend=None)
    )
    whiskers = base.mark_rule(yOffset=10, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    ends = [
        base.mark_tick(yOffset=10, size=12, thickness=2, color="black").encode(x=f"{end}:Q")
        for end in ("low", "high")
    ]
    labels = base.mark_text(align="left", baseline="bottom", yOffset=-3, dx=2).encode(
        x=altair.value(0), text="label:N"
    )
    chart = altair.layer(bars, whiskers, *ends, labels).properties(
        **frame(left=12, right=RIGHT, top=6, height=ROW_HEIGHT * len(rows))
    )
    said = "; ".join(
        f"{_name(row)} {_rate(row)}, 95 % interval {interval(row['ci_low_pct'], row['ci_high_pct'])} %"
        for row in rows
    )
    return picture(
        "rates",
        chart,
        alt=f"Share of users who came back within {days} days: {said}.",
        caption=f"Users with another session within {days} days after their first, by the tier of the first"
        " mentor. The line across the end of a bar is the 95 % interval: the true rate may lie anywhere in"
        " it.",
    )


def _name(row: Row) -> str:
    if row["is_category_total"]:
        return f"{CATEGORY_LABELS.get(row['tier_category'], fit(row['tier_category']))} together"
    return fit(row["tier"])


def _rate(row: Row) -> str:
    return percent(rate_pct(row))


def _color(row: Row) -> str:
    if row["is_category_total"]:
        return CATEGORY_COLORS.get(row["tier_category"], CATEGORY_COLORS["unknown"])
    return TIER_COLORS.get(row["tier"], TIER_COLORS[OTHER])
