"""Charts of the report, as SVG text without scripts, fonts or links to load."""

from typing import Any

import altair
import vl_convert

# Okabe and Ito's palette, which the colour-blind can tell apart.
TIER_COLOURS = {"Gold": "#E69F00", "Silver": "#56B4E9", "Bronze": "#D55E00"}
OTHER_COLOUR = "#999999"


def rate_by_tier(rows: list[dict[str, Any]]) -> str:
    """Return a bar chart of the rebooking rate by tier, as an SVG element.

    Args:
        rows: rebooking rows of one lens and cohort, one per tier, in the order to draw.
    """
    tiers = [row["tier"] for row in rows]
    values = [
        {
            "tier": row["tier"],
            "rate": row["rebooking_rate_pct"],
            "label": f"{row['rebooking_rate_pct']:.1f} % ({row['rebooked_count']}"
            f"/{row['total_users_w_sessions']})",
        }
        for row in rows
    ]
    base = altair.Chart(altair.Data(values=values)).encode(
        y=altair.Y("tier:N", sort=tiers, title=None),
        x=altair.X("rate:Q", title="users who came back, %", scale=altair.Scale(domain=[0, 100])),
    )
    colour = altair.Color(
        "tier:N",
        legend=None,
        scale=altair.Scale(domain=tiers, range=[TIER_COLOURS.get(tier, OTHER_COLOUR) for tier in tiers]),
    )
    chart = base.mark_bar().encode(color=colour) + base.mark_text(align="left", dx=4).encode(text="label:N")
    return str(vl_convert.vegalite_to_svg(chart.properties(width=420, height=36 * len(tiers)).to_dict()))
