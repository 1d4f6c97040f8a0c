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
from include.mentoring.report.narrative.formatting import percent

HEIGHT = 260
# Minimum distance between two labels at the end of the curves, in percent points: a line of text.
LABEL_GAP = 7.0
# Space for the labels to the right of the plot.
LABELS_WIDTH = 118
MAX_TIER = 8
LEFT = 58


def time_to_return(curve: list[Row], days: int) -> Picture | None:
    """Return the share of users back by each day, a step curve per tier, or None if there are no rows.

    Args:
        curve: rows of tier and day, days in order.
        days: length of the rebooking window.
    """
    if not curve:
        return None
    last = {fit(row["tier"], MAX_TIER): row for row in curve}
    tiers = list(last)
    values = [
        {"tier": fit(row["tier"], MAX_TIER), "day": row["day"], "returned": row["returned_pct"]}
        for row in curve
    ]
    heights = _spread([last[tier]["returned_pct"] for tier in tiers])
    ends = [
        {"tier": tier, "height": height, "label": f"{tier} {percent(last[tier]['returned_pct'])}"}
        for tier, height in zip(tiers, heights, strict=True)
    ]
    color = altair.Color(
        "tier:N",
        legend=None,
        scale=altair.Scale(domain=tiers, range=[TIER_COLORS.get(tier, TIER_COLORS[OTHER]) for tier in tiers]),
    )
    lines = (
        altair.Chart(altair.Data(values=values))
        .mark_line(interpolate="step-after", strokeWidth=3, clip=True)
        .encode(
            x=altair.X(
                "day:Q",
                title="days after the first session",
                scale=altair.Scale(domain=[0, max(days, 1)], nice=False),
                axis=altair.Axis(tickCount=6, grid=False),
            ),
            y=altair.Y(
                "returned:Q",
                title="users who came back, %",
                scale=altair.Scale(domain=[0, 100]),
                axis=altair.Axis(tickCount=5),
            ),
            color=color,
            strokeDash=altair.StrokeDash(
                "tier:N",
                legend=None,
                scale=altair.Scale(
                    domain=tiers, range=[TIER_DASHES.get(tier, TIER_DASHES[OTHER]) for tier in tiers]
                ),
            ),
        )
    )
    labels = (
        altair.Chart(altair.Data(values=ends))
        .mark_text(align="left", dx=6)
        .encode(x=altair.value(WIDTH - LEFT - LABELS_WIDTH), y="height:Q", text="label:N")
    )
    chart = altair.layer(lines, labels).properties(
        **frame(left=LEFT, right=LABELS_WIDTH, top=8, height=HEIGHT)
    )
    said = "; ".join(f"{tier} {percent(last[tier]['returned_pct'])}{_half(curve, tier)}" for tier in tiers)
    users = ", ".join(f"{tier} {last[tier]['users']:,}" for tier in tiers)
    return picture(
        "returns",
        chart,
        alt=f"Share of users who have come back, from day 0 to day {days} after the first session. At the"
        f" end: {said}.",
        caption=f"A step up is a user's second session. Only users whose {days} days had passed by the end of"
        f" the data ({users}), so every curve is of the same users from its beginning to its end.",
    )


def _half(curve: list[Row], tier: str) -> str:
    """A note on the day by which half of the tier's returning users were back; empty if none returned."""
    own = [row for row in curve if fit(row["tier"], MAX_TIER) == tier]
    half = own[-1]["returned"] / 2
    if not half:
        return ""
    day = next(row["day"] for row in own if row["returned"] >= half)
    return f" (half of them by day {day})"


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
