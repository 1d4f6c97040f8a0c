"""How far two groups' rates differ, with the interval of the difference."""

import altair

from include.mentoring.report.charts.picture import RIGHT, Picture, Row, fit, frame, picture
from include.mentoring.report.narrative.evidence import difference_pp
from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, points, signed

ROW_HEIGHT = 52
COLOR = "#0072B2"


def differences(comparisons: list[Row]) -> Picture | None:
    """Return the difference of each pair of groups with its 95 % interval, or None if there are no rows.

    Args:
        comparisons: of one lens and cohort, in the order to draw.
    """
    if not comparisons:
        return None
    values = [
        {
            "row": position,
            "difference": row["difference_pp"],
            "low": row["difference_ci_low_pp"],
            "high": row["difference_ci_high_pp"],
            "label": f"{_pair(row)}: {signed(difference_pp(row))} points",
            "tip": _text(row),
        }
        for position, row in enumerate(comparisons)
    ]
    ends = [min(0.0, *(value["low"] for value in values)), max(0.0, *(value["high"] for value in values))]
    x = altair.X(
        "difference:Q",
        title="difference of the rates, percentage points",
        scale=altair.Scale(domain=ends),
        axis=altair.Axis(tickCount=5),
    )
    base = altair.Chart(altair.Data(values=values)).encode(y=altair.Y("row:O", axis=None), tooltip="tip:N")
    whiskers = base.mark_rule(yOffset=10, strokeWidth=2.5, color=COLOR).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(yOffset=10, filled=True, size=120, opacity=1, color=COLOR).encode(x=x)
    labels = base.mark_text(align="left", baseline="bottom", yOffset=-2, dx=2).encode(
        x=altair.value(0), text="label:N"
    )
    none = altair.Chart(altair.Data(values=[{"none": 0}])).mark_rule(strokeDash=[4, 3]).encode(x="none:Q")
    chart = altair.layer(none, whiskers, dots, labels).properties(
        **frame(left=12, right=RIGHT, top=6, height=ROW_HEIGHT * len(values))
    )
    said = "; ".join(map(_text, comparisons))
    return picture(
        "differences",
        chart,
        alt=f"Differences of the shares of users who came back: {said}.",
        caption="First group minus second. The line is the 95 % interval of the difference (Newcombe): if it"
        " crosses 0, these users cannot tell the two groups apart.",
    )


def _text(row: Row) -> str:
    ends = points(row["difference_ci_low_pp"], row["difference_ci_high_pp"])
    return f"{_pair(row)} {signed(difference_pp(row))} points, 95 % interval {ends}"


def _pair(row: Row) -> str:
    a, b = (CATEGORY_LABELS.get(row[side], fit(row[side])) for side in ("a", "b"))
    return f"{a} minus {b}"
