"""The rate by month of the first session: does the difference hold over time?"""

from datetime import date

import altair

from include.mentoring.report.charts.picture import (
    AXIS_HEIGHT,
    CATEGORY_COLORS,
    CATEGORY_SHAPES,
    PAGE,
    RIGHT,
    Picture,
    Row,
    frame,
    picture,
)
from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, count, interval, percent

HEIGHT = 230
MAX_MONTHS = 12
# Height of the line with the year, below the months.
LINE_HEIGHT = 18
# The month's name, and the year under the first one and under each January.
MONTH_LABEL = (
    "[utcFormat(toDate(datum.value), '%b'),"
    " datum.index == 0 || utcmonth(toDate(datum.value)) == 0 ? utcFormat(toDate(datum.value), '%Y') : '']"
)


def monthly_cohorts(cohorts: list[Row], days: int, few_users: int) -> Picture | None:
    """Return the rate by month and category with 95 % intervals, or None if there are no rows.

    Args:
        cohorts: rows of month and category, months in order; the last twelve are drawn.
        days: length of the rebooking window.
        few_users: number of users below which a rate says little.
    """
    if not cohorts:
        return None
    months = sorted({row["cohort_month"] for row in cohorts})
    shown = months[-MAX_MONTHS:]
    rows = [row for row in cohorts if row["cohort_month"] in shown]
    keys = list(dict.fromkeys(row["tier_category"] for row in rows))
    categories = sorted(keys, key=list(CATEGORY_COLORS).index)
    names = [CATEGORY_LABELS[category] for category in categories]
    values = [
        {
            "month": row["cohort_month"],
            "category": CATEGORY_LABELS[row["tier_category"]],
            "rate": row["rate_pct"],
            "low": row["ci_low_pct"],
            "high": row["ci_high_pct"],
            "is_mature": row["is_mature"],
            "tip": _text(row),
        }
        for row in rows
    ]
    colors = altair.Scale(domain=names, range=[CATEGORY_COLORS[category] for category in categories])
    legend = altair.Legend(title=None, orient="top", direction="horizontal")
    base = altair.Chart(altair.Data(values=values)).encode(
        x=altair.X(
            "month:N",
            title="month of the first session",
            axis=altair.Axis(labelAngle=0, grid=False, labelExpr=MONTH_LABEL),
        ),
        xOffset=altair.XOffset("category:N", sort=names),
        color=altair.Color("category:N", scale=colors, legend=legend),
        tooltip="tip:N",
    )
    whiskers = base.mark_rule(strokeWidth=2.5).encode(
        y=altair.Y(
            "low:Q",
            title="users who came back, %",
            scale=altair.Scale(domain=[0, 100]),
            axis=altair.Axis(tickCount=5),
        ),
        y2="high:Q",
    )
    shapes = altair.Scale(domain=names, range=[CATEGORY_SHAPES[category] for category in categories])
    dots = base.mark_point(filled=True, size=130, opacity=1).encode(
        y="rate:Q", shape=altair.Shape("category:N", scale=shapes, legend=legend)
    )
    hollows = (
        base.transform_filter("!datum.is_mature")
        .mark_point(filled=True, size=40, opacity=1)
        .encode(
            y="rate:Q",
            color=altair.value(PAGE),
            shape=altair.Shape("category:N", scale=shapes, legend=legend),
        )
    )
    chart = altair.layer(whiskers, dots, hollows).properties(
        **frame(left=58, right=RIGHT, top=34, height=HEIGHT, bottom=AXIS_HEIGHT + LINE_HEIGHT)
    )
    return picture(
        "cohorts", chart, alt=_alt(rows), caption=_caption(rows, len(months) - len(shown), days, few_users)
    )


def _alt(rows: list[Row]) -> str:
    said = "; ".join(map(_text, rows))
    return f"Share of users who came back, by month of the first session: {said}."


def _text(row: Row) -> str:
    return (
        f"{date.fromisoformat(row['cohort_month']):%B %Y} {CATEGORY_LABELS[row['tier_category']]}"
        f" {percent(100 * row['rebooked'] / row['users'])} of {count(row['users'], 'user')}"
        f" ({interval(row['ci_low_pct'], row['ci_high_pct'])} %)"
        f"{'' if row['is_mature'] else ', still open'}"
    )


def _caption(rows: list[Row], left_out: int, days: int, few_users: int) -> str:
    immature = sum(not row["is_mature"] for row in rows)
    small = sum(row["is_small"] for row in rows)
    sentences = ["Users by the month of their first session; lines are 95 % intervals."]
    if immature:
        sentences.append(
            f"Hollow: some of the month's users are still within their {days} days, so the rate is not final."
        )
    if small:
        stand = "stands" if small == 1 else "stand"
        which = "Every mark stands" if small == len(rows) else f"{small} of {len(rows)} marks {stand}"
        sentences.append(f"{which} for fewer than {few_users} users: read the lines, not the marks.")
    if left_out:
        sentences.append(f"{count(left_out, 'earlier month')} not shown.")
    return " ".join(sentences)
