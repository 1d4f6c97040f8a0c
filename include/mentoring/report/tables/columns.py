"""Columns that several tables share."""

from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, interval
from include.mentoring.report.results import Row
from include.mentoring.report.tables.table import FIGURES, NUMBER, PERCENT, YES_NO, Column


def category(name: str) -> str:
    """Return the label of a category, or the name itself if it has no label."""
    return CATEGORY_LABELS.get(name, name)


def _interval(row: Row) -> str | None:
    low, high = row["ci_low_pct"], row["ci_high_pct"]
    return None if low is None else interval(low, high)


def _rate(row: Row) -> float | None:
    """The rate from its counts: one that is published with two decimals must not be rounded again."""
    return 100 * row["rebooked"] / row["users"] if row["users"] else None


INTERVAL = Column(_interval, "95 % interval", FIGURES)
CATEGORY = Column(lambda row: category(row["tier_category"]), "category")
# The rate of a group of users, from counts to interval.
RATE = (
    Column("users", "users", NUMBER),
    Column("rebooked", "came back", NUMBER),
    Column(_rate, "%", PERCENT),
    INTERVAL,
    Column("is_small", "few users", YES_NO),
)
