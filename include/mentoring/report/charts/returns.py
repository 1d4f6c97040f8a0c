"""How soon users come back: the share that has returned by each day."""

import altair

from include.mentoring.report.charts.picture import (
    OTHER,
    TIER_COLORS,
    TIER_DASHES,
    WIDTH,
    Picture,
    Row,
    fit,
    frame,
    picture,
)
from include.mentoring.report.narrative.formatting import interval, percent

HEIGHT = 260
# Minimum distance between two labels at the end of the curves, in percent points: a line of text.
LABEL_GAP = 7.0
# Space for the labels to the right of the plot.
LABELS_WIDTH = 118
MAX_TIER = 8
LEFT = 58


def time_to_return(curve: list[Row], days: int) -> Picture | None:
    """Return the share of users back by each day, a curve and its 95 % band per tier, or None without rows.

    Args:
        curve: rows of tier and day, days in order.
        days: length of the rebooking window.
    """
    if not curve:
        return None
    rows = [{**row, "tier": fit(row["tier"], MAX_TIER)} for row in curve]
    last = {row["tier"]: row for row in rows}
    tiers = list(last)
    heights = _spread([last[tier]["returned_pct"] for tier in tiers])
    ends = [
        {"tier": tier, "height": height, "label": f"{tier} {percent(last[tier]['returned_pct'])}"}
        for tier, height in zip(tiers, heights, strict=True)
    ]
    x = altair.X(
        "days:Q",
        title="days after the first session",
        scale=altair.Scale(domain=[0, max(days, 1)], nice=False),
        axis=altair.Axis(tickCount=6, grid=False),
    )
    y = altair.Y(
        "returned_pct:Q",
        title="users who came back, %",
        scale=altair.Scale(domain=[0, 100]),
        axis=altair.Axis(tickCount=5),
    )
    color = altair.Color(
        "tier:N",
        legend=None,
        scale=altair.Scale(domain=tiers, range=[TIER_COLORS.get(tier, TIER_COLORS[OTHER]) for tier in tiers]),
    )
    dashes = [TIER_DASHES.get(tier, TIER_DASHES[OTHER]) for tier in tiers]
    lines = (
        _chart(rows, "tier", "days", "returned_pct")
        .mark_line(interpolate="step-after", strokeWidth=3, clip=True)
        .encode(
            x=x,
            y=y,
            color=color,
            strokeDash=altair.StrokeDash(
                "tier:N", legend=None, scale=altair.Scale(domain=tiers, range=dashes)
            ),
        )
    )
    banded = [row for row in rows if row["ci_low_pct"] is not None]
    bands = (
        _chart(banded, "tier", "days", "ci_low_pct", "ci_high_pct")
        .mark_area(interpolate="step-after", opacity=0.15, clip=True)
        .encode(x=x, y=altair.Y("ci_low_pct:Q"), y2="ci_high_pct:Q", color=color)
    )
    steps = (
        _chart([{**row, "tip": _text(row)} for row in rows], "days", "returned_pct", "tip")
        .mark_point(opacity=0, size=120)
        .encode(x=x, y=y, tooltip="tip:N")
    )
    labels = (
        _chart(ends, "tier", "height", "label")
        .mark_text(align="left", dx=6)
        .encode(x=altair.value(WIDTH - LEFT - LABELS_WIDTH), y="height:Q", text="label:N")
    )
    chart = altair.layer(bands, lines, steps, labels).properties(
        **frame(left=LEFT, right=LABELS_WIDTH, top=8, height=HEIGHT)
    )
    said = "; ".join(
        f"{tier} {percent(last[tier]['returned_pct'])}{_band(last[tier])}{_half(rows, tier)}"
        for tier in tiers
    )
    left = ", ".join(f"{tier} {row['at_risk']:,} of {row['users']:,}" for tier, row in last.items())
    return picture(
        "returns",
        chart,
        alt=f"Share of users who have come back, from day 0 to day {days} after the first session. At the"
        f" end: {said}.",
        caption="Each step up is users coming back; the band is the 95 % interval. Kaplan–Meier estimate"
        " over all users, each counted until the end of the data. Observed beyond the last day and not back:"
        f" {left}.",
    )


def _chart(rows: list[Row], *columns: str) -> altair.Chart:
    return altair.Chart(altair.Data(values=[{column: row[column] for column in columns} for row in rows]))


def _text(row: Row) -> str:
    back = f"{percent(row['returned_pct'])} came back by day {row['days']}"
    return f"{row['tier']}: {back}{_band(row)}"


def _band(row: Row) -> str:
    if row["ci_low_pct"] is None:
        return ""
    return f", 95 % interval {interval(row['ci_low_pct'], row['ci_high_pct'])} %"


def _half(rows: list[Row], tier: str) -> str:
    """A note on the day by which half of the tier's share that returns was back; empty if none returned."""
    own = [row for row in rows if row["tier"] == tier]
    half = own[-1]["returned_pct"] / 2
    if not half:
        return ""
    day = next(row["days"] for row in own if row["returned_pct"] >= half)
    return f" (half of it by day {day})"


def _spread(heights: list[float]) -> list[float]:
    """The heights, moved apart so that labels do not overlap, in the order given."""
    placed = dict.fromkeys(range(len(heights)), 0.0)
    lowest = 0.0
    ascending = sorted(placed, key=lambda index: (heights[index], -index))
    for rank, index in enumerate(ascending):
        # Leave space for the labels above.
        highest = 100.0 - LABEL_GAP * (len(ascending) - 1 - rank)
        placed[index] = max(lowest, min(heights[index], highest))
        lowest = placed[index] + LABEL_GAP
    return list(placed.values())
