"""The outcomes of the bookings, by tier."""

import altair

from include.mentoring.report.charts.picture import PAGE, RIGHT, TEXT, Picture, Row, fit, frame, picture
from include.mentoring.report.narrative.formatting import count, percent

ROW_HEIGHT = 92
# In the order of the bar, in neutral colors: the others mean tiers. The text below a bar has the same order.
OUTCOMES = {
    "attended": ("attended", "#44546a"),
    "upcoming": ("upcoming", "#7f8fa3"),
    "no_show": ("no-show", TEXT),
    "cancelled": ("cancelled", "#aab4c0"),
    "pending": ("pending", "#d5dae0"),
}
# Outcomes per line of text below a bar.
PER_LINE = 3


def booking_outcomes(reliability: list[Row]) -> Picture | None:
    """Return a bar per tier, divided by the outcomes of its requests, or None if there are no requests."""
    rows = [row for row in reliability if row["requests"]]
    if not rows:
        return None
    values = []
    for position, row in enumerate(rows):
        start = 0.0
        for key, (name, color) in OUTCOMES.items():
            width = 100 * row[key] / row["requests"]
            tip = f"{fit(row['tier'])}: {row[key]:,} {name} ({percent(width)})"
            values.append({"row": position, "start": start, "end": start + width, "color": color, "tip": tip})
            start += width
    texts = [
        {
            "row": position,
            "name": f"{fit(row['tier'])}: {count(row['requests'], 'request')}",
            "outcomes": _text(row),
        }
        for position, row in enumerate(rows)
    ]
    y = altair.Y("row:O", axis=None)
    bars = (
        altair.Chart(altair.Data(values=values))
        .mark_bar(size=20, stroke=PAGE, strokeWidth=1, yOffset=-10)
        .encode(
            y=y,
            x=altair.X(
                "start:Q",
                title="share of requests, %",
                scale=altair.Scale(domain=[0, 100]),
                axis=altair.Axis(tickCount=5),
            ),
            x2="end:Q",
            color=altair.Color("color:N", scale=None, legend=None),
            tooltip="tip:N",
        )
    )
    base = altair.Chart(altair.Data(values=texts)).encode(y=y, x=altair.value(0))
    names = base.mark_text(align="left", baseline="bottom", dx=2, yOffset=-24, fontWeight="bold").encode(
        text="name:N"
    )
    outcomes = base.mark_text(align="left", baseline="top", dx=2, yOffset=5, lineHeight=16).encode(
        text="outcomes:N"
    )
    chart = altair.layer(bars, names, outcomes).properties(
        **frame(left=12, right=RIGHT, top=6, height=ROW_HEIGHT * len(rows))
    )
    said = "; ".join(
        f"{fit(row['tier'])} {count(row['requests'], 'request')}: "
        + ", ".join(
            f"{row[key]:,} {name} ({percent(100 * row[key] / row['requests'])})"
            for key, (name, _) in OUTCOMES.items()
            if row[key]
        )
        for row in rows
    )
    return picture(
        "outcomes",
        chart,
        alt=f"What became of the bookings, by tier. {said}.",
        caption="Each bar is all requests to a tier's mentors. The text below a bar names its parts from left"
        " to right; outcomes without a request are left out.",
    )


def _text(row: Row) -> str:
    parts = [f"{row[key]:,} {name}" for key, (name, _) in OUTCOMES.items() if row[key]]
    lines = [" · ".join(parts[start : start + PER_LINE]) for start in range(0, len(parts), PER_LINE)]
    return "\n".join(lines)
