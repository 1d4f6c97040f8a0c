"""The chart shows what the table says, as a picture that needs nothing else."""

import re
from xml.etree import ElementTree

from include.mentoring.reporting.charts import rate_by_tier


def row(tier: str, users: int, rebooked: int) -> dict:
    """Return one row of the results."""
    rate = round(100 * rebooked / users, 2)
    return {
        "tier": tier,
        "total_users_w_sessions": users,
        "rebooked_count": rebooked,
        "rebooking_rate_pct": rate,
    }


def test_every_tier_has_a_bar_with_its_figures() -> None:
    """Tiers stand in the order of the rows; the label has the rate and the counts."""
    svg = ElementTree.fromstring(
        rate_by_tier([row("Gold", 42, 26), row("Unknown", 3, 1), row("Bronze", 33, 0)])
    )
    texts = [node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text in ("Gold", "Unknown", "Bronze")] == ["Gold", "Unknown", "Bronze"]
    assert {"61.9 % (26/42)", "33.3 % (1/3)", "0.0 % (0/33)"} <= set(texts)


def test_any_tier_can_be_drawn() -> None:
    """A tier without a colour of its own is drawn all the same, and its name is no markup."""
    svg = rate_by_tier([row("<script>", 42, 26)])
    assert "<script>" not in svg
    assert "&lt;script" in svg


def test_the_picture_loads_nothing() -> None:
    """The only addresses in it are the names of its own vocabulary."""
    svg = rate_by_tier([row("Gold", 42, 26)])
    assert {*re.findall(r"https?://[^\"' <]+", svg)} <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "href" not in svg and "url(http" not in svg
