"""Tables of the booking system: what became of bookings, and what the record of events lacks."""

from include.mentoring.report.results import Results, Row
from include.mentoring.report.tables.table import NUMBER, Column, Format, Table


def _with_total(results: Results) -> list[Row]:
    total = results["reliability_total"]
    return results["reliability"] + ([{**total, "is_total": True}] if total else [])


def _checks(results: Results) -> list[Row]:
    found = results["checks"]
    figures = {
        "pairs of overlapping sessions of one mentor (double bookings)": found["double_bookings"],
        "of these, overlapping only by an assumed end": results["limits"]["double_bookings_on_assumed_end"],
        "users in the events but not in the users export": len(found["orphan_users"]),
        "users with events but no session": found["users_without_session"],
        "active users without any events (dormant)": found["dormant_users"],
        "orphaned events: no matching request or session (anomalies)": sum(found["anomalies"].values()),
    }
    return [{"what": what, "found": number} for what, number in figures.items()]


RELIABILITY = Table(
    _with_total,
    "Bookings and sessions by tier of their mentor",
    (
        Column("tier", "tier"),
        Column("requests", "requests", NUMBER),
        Column("confirmed", "confirmed", NUMBER),
        Column("cancelled", "cancelled", NUMBER),
        Column("pending", "pending", NUMBER),
        Column("attended", "attended", NUMBER),
        Column("no_show", "no-show", NUMBER),
        Column("upcoming", "upcoming", NUMBER),
        Column("rerequested_after_cancel", "requested again", NUMBER),
        Column("sessions", "sessions", NUMBER),
        Column("missing_end", "no end", NUMBER),
        Column(
            "median_minutes_to_confirm",
            "median minutes to confirm",
            Format("{:,.1f}".format, is_number=True),
        ),
    ),
    is_total=lambda row: "is_total" in row,
)

CHECKS = Table(_checks, "Over all tiers", (Column("what", "what"), Column("found", "found", NUMBER)))
