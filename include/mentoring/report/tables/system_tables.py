"""Tables of the booking system: what became of bookings, and what the record of events lacks."""

from include.mentoring.report.results import Results, Row
from include.mentoring.report.tables.table import NOTHING, Table, table

COUNTS = {
    "requests": "requests",
    "confirmed": "confirmed",
    "cancelled": "cancelled",
    "pending": "pending",
    "attended": "attended",
    "no_show": "no-show",
    "upcoming": "to come",
    "rerequested_after_cancel": "asked again",
    "sessions": "sessions",
    "missing_end": "no end",
}
MEDIAN = "median minutes to confirm"


def reliability(results: Results) -> Table:
    """Return the bookings and sessions by tier of their mentor, and their total."""
    tiers, total = results["reliability"], results["reliability_total"]
    return table(
        "Bookings and sessions by tier of their mentor",
        {"tier": False, **dict.fromkeys(COUNTS.values(), True), MEDIAN: True},
        [*([row["tier"], *_counts(row)] for row in tiers), *([["all", *_counts(total)]] if total else [])],
        totals=[len(tiers)],
    )


def checks(results: Results) -> Table:
    """Return the figures over all tiers."""
    found = results["checks"]
    return table(
        "Over all tiers",
        {"what": False, "found": True},
        [
            ["pairs of overlapping sessions of one mentor (double bookings)", found["double_bookings"]],
            ["users of the events who are not in the users export", len(found["orphan_users"])],
            ["users with events but no session", found["users_without_session"]],
            ["active users without any event (dormant)", found["dormant_users"]],
            ["events that fit nothing before them (anomalies)", sum(found["anomalies"].values())],
        ],
    )


def _counts(row: Row) -> list[int | str]:
    median = row["median_minutes_to_confirm"]
    return [*(row[key] for key in COUNTS), NOTHING if median is None else f"{median:,.1f}"]
