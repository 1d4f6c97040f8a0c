"""The rate of each mentor: is a tier's rate that of many mentors or of a few?"""

import altair

from include.mentoring.report.charts.picture import (
    OTHER,
    PAGE,
    RIGHT,
    TIER_COLORS,
    TIER_SHAPES,
    Picture,
    Row,
    fit,
    frame,
    picture,
)
from include.mentoring.report.narrative.formatting import count, interval, percent, share

MAX_MENTORS = 30
ROW_HEIGHT = 24
LEGEND_HEIGHT = 36
EDGE = 8
# Of a mentor's name next to the plot: letters, and pixels per letter.
MAX_NAME = 12
LETTER_WIDTH = 9
NAME_GAP = 14


def mentor_dots(mentors: list[Row], few_users: int) -> Picture | None:
    """Return a dot with its interval for each mentor of first sessions, or None if there are none.

    Args:
        mentors: rows of mentors, in the order to draw; those without users are left out, and of more
            than MAX_MENTORS those with the fewest users.
        few_users: number of users below which a rate says little.
    """
    with_users = [row for row in mentors if row["users"]]
    if not with_users:
        return None
    largest = sorted(with_users, key=lambda row: -row["users"])[:MAX_MENTORS]
    drawn = [row for row in with_users if any(row is chosen for chosen in largest)]
    tiers = list(dict.fromkeys(fit(row["tier"]) for row in drawn))
    values = [
        {
            "row": position,
            "name": f"{fit(row['mentor_id'], MAX_NAME)} ({row['rebooked']:,} of {row['users']:,})",
            "tier": fit(row["tier"]),
            "tip": f"{fit(row['mentor_id'])}, {fit(row['tier'])}: {_came_back(row)}",
            "users": row["users"],
            "rate": row["rate_pct"],
            "low": row["ci_low_pct"],
            "high": row["ci_high_pct"],
            "fill": PAGE if row["is_small"] else _color(row["tier"]),
            "color": _color(row["tier"]),
        }
        for position, row in enumerate(drawn)
    ]
    names_width = NAME_GAP + LETTER_WIDTH * max(len(value["name"]) for value in values)
    base = altair.Chart(altair.Data(values=values)).encode(y=altair.Y("row:O", axis=None), tooltip="tip:N")
    whiskers = base.mark_rule(strokeWidth=1.5, color="#888").encode(
        x=altair.X(
            "low:Q",
            title="users who came back, %",
            scale=altair.Scale(domain=[0, 100]),
            axis=altair.Axis(tickCount=5),
        ),
        x2="high:Q",
    )
    max_users = max(row["users"] for row in drawn)
    legend = altair.Legend(
        title=None,
        # At the picture's left edge, not the plot's: four tiers need the whole width.
        orient="none",
        direction="horizontal",
        legendX=EDGE - names_width,
        legendY=EDGE - LEGEND_HEIGHT,
        symbolFillColor=PAGE,
        symbolStrokeWidth=2.5,
    )
    colors = altair.Scale(domain=tiers, range=[_color(tier) for tier in tiers])
    shapes = altair.Scale(domain=tiers, range=[TIER_SHAPES.get(tier, "diamond") for tier in tiers])
    dots = base.mark_point(opacity=1, strokeWidth=2.5).encode(
        x="rate:Q",
        size=altair.Size("users:Q", legend=None, scale=altair.Scale(domain=[0, max_users], range=[40, 220])),
        shape=altair.Shape("tier:N", scale=shapes, legend=legend),
        stroke=altair.Stroke("tier:N", scale=colors, legend=legend),
        fill=altair.Fill("fill:N", scale=None, legend=None),
    )
    names = base.mark_text(align="right", dx=-NAME_GAP).encode(x=altair.value(0), text="name:N")
    chart = altair.layer(whiskers, dots, names).properties(
        **frame(left=names_width, right=RIGHT, top=LEGEND_HEIGHT, height=ROW_HEIGHT * len(drawn))
    )
    return picture("mentors", chart, alt=_alt(drawn), caption=_caption(with_users, drawn, few_users))


def _alt(drawn: list[Row]) -> str:
    tiers: dict[str, list[float]] = {}
    for row in drawn:
        tiers.setdefault(row["tier"], []).append(100 * row["rebooked"] / row["users"])
    said = "; ".join(
        f"{count(len(rates), f'{fit(tier)} mentor')} from {percent(min(rates))} to {percent(max(rates))}"
        for tier, rates in tiers.items()
    )
    return f"Share of users who came back, by first mentor: {said}."


def _came_back(row: Row) -> str:
    ends = interval(row["ci_low_pct"], row["ci_high_pct"])
    return f"{share(row['rebooked'], row['users'])} came back, 95 % interval {ends} %"


def _caption(with_users: list[Row], drawn: list[Row], few_users: int) -> str:
    small = sum(row["is_small"] for row in drawn)
    sentences = [
        "One mark per mentor of a first session; the larger the mark, the more users. How many of them came"
        " back is next to the name. Lines are 95 % intervals."
    ]
    if small:
        which = "all of them here" if small == len(drawn) else f"{small} of {len(drawn)} here"
        sentences.append(f"Hollow: fewer than {few_users} users, so the rate says little ({which}).")
    if len(drawn) < len(with_users):
        sentences.append(
            f"Shown are the {len(drawn)} of {count(len(with_users), 'mentor')} with the most users;"
            " tier_report.json has all of them."
        )
    return " ".join(sentences)


def _color(tier: str) -> str:
    return TIER_COLORS.get(tier, TIER_COLORS[OTHER])
