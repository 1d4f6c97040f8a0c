"""Is the booking system reliable? Answered from the bookings and the faults in the event log."""

from include.mentoring.report.narrative.formatting import ANOMALY_NAMES, count, listed, percent
from include.mentoring.report.narrative.times import times
from include.mentoring.report.results import Results

MAX_NAMED = 5


def reliability(results: Results) -> list[str]:
    """Return sentences on the outcomes of the bookings and on each kind of fault in the event log."""
    total = results["reliability_total"]
    if not total or not (total["requests"] or total["sessions"]):
        return ["No booking has been requested and no session has started, so there is nothing to report."]
    return [
        _verdict(results),
        *_bookings(results),
        *_sessions(results),
        *times(results),
        *_events(results),
    ]


def has_faults(results: Results) -> bool:
    """Return whether the record of events shows a fault of any kind."""
    return bool(_faults(results))


def _verdict(results: Results) -> str:
    total = results["reliability_total"]
    faults = _faults(results)
    confirmed, no_show, upcoming = total["confirmed"], total["no_show"], total["upcoming"]
    if not confirmed:
        lead = "No booking was confirmed"
    elif total["attended"] == confirmed:
        lead = f"Every confirmed booking took place ({confirmed:,} of {confirmed:,})"
    else:
        lead = listed(
            [
                f"{total['attended']:,} of {count(confirmed, 'confirmed booking')}"
                f" ({percent(100 * total['attended'] / confirmed)}) took place",
                *([count(no_show, "was a no-show", "were no-shows")] if no_show else []),
                *([count(upcoming, "is upcoming", "are upcoming")] if upcoming else []),
            ]
        )
    if not faults:
        return f"{lead}, and the event log shows no faults."
    kinds = count(len(faults), "kind")
    return f"{lead}; the event log shows {kinds} of fault: {listed(faults)}."


def _faults(results: Results) -> list[str]:
    checks, total = results["checks"], results["reliability_total"]
    rejected = sum(row["rows_rejected"] for row in results["files"] if row["source"] == "events")
    found = [
        (checks["double_bookings"], "double booking", None),
        (total["missing_end"], "session without a recorded end", "sessions without a recorded end"),
        (
            len(checks["orphan_users"]),
            "user missing from the users export",
            "users missing from the users export",
        ),
        (
            sum(checks["anomalies"].values()),
            "orphaned event (no matching request or session)",
            "orphaned events (no matching request or session)",
        ),
        (rejected, "rejected event", None),
    ]
    return [count(number, noun, plural) for number, noun, plural in found if number]


def _bookings(results: Results) -> list[str]:
    total = results["reliability_total"]
    requests, confirmed, cancelled = total["requests"], total["confirmed"], total["cancelled"]
    grace = results["parameters"]["no_show_grace_days"]
    sentences = []
    if requests:
        sentences.append(
            f"Status of {count(requests, 'request')}: {confirmed:,} confirmed"
            f" ({percent(100 * confirmed / requests)}), {cancelled:,} cancelled"
            f" ({percent(100 * cancelled / requests)}) and {total['pending']:,} pending."
        )
    if cancelled:
        sentences.append(
            f"After {total['rerequested_after_cancel']:,} of {count(cancelled, 'cancelled request')}"
            f" ({percent(100 * total['rerequested_after_cancel'] / cancelled)}), the same user sent the same"
            " mentor another request."
        )
    if confirmed:
        sentences.append(
            f"Outcome of {count(confirmed, 'confirmed booking')}: {total['attended']:,} attended"
            f" ({percent(100 * total['attended'] / confirmed)}), {count(total['no_show'], 'no-show')}"
            f" (confirmed more than {grace} days before the end of the data, without a session) and"
            f" {total['upcoming']:,} upcoming."
        )
    if total["median_minutes_to_confirm"] is not None:
        minutes = total["median_minutes_to_confirm"]
        sentences.append(f"Half of the confirmations came within {minutes:,.10g} minutes of the request.")
    return sentences


def _sessions(results: Results) -> list[str]:
    total, checks = results["reliability_total"], results["checks"]
    if not total["sessions"]:
        return ["No session has started."]
    assumed = results["parameters"]["session_default_minutes"]
    double, touched = checks["double_bookings"], results["limits"]["double_bookings_on_assumed_end"]
    only = f", {touched:,} of them only because an end is assumed" if touched else ""
    have, count_as = ("has", "counts") if total["missing_end"] == 1 else ("have", "count")
    return [
        f"Of {count(total['sessions'], 'session')}, {total['missing_end']:,}"
        f" ({percent(100 * total['missing_end'] / total['sessions'])}) {have} no recorded end and {count_as}"
        f" as {assumed} minutes."
        if total["missing_end"]
        else "Every session has a recorded end.",
        f"{count(double, 'pair')} of sessions of the same mentor with different users"
        f" {'overlaps' if double == 1 else 'overlap'} (double bookings){only}."
        if double
        else "No mentor has overlapping sessions with different users.",
    ]


def _events(results: Results) -> list[str]:
    checks = results["checks"]
    orphans = checks["orphan_users"]
    kinds = [
        f"{number:,} × {ANOMALY_NAMES.get(kind, kind.replace('_', ' '))}"
        for kind, number in checks["anomalies"].items()
    ]
    number = sum(checks["anomalies"].values())
    return [
        f"{count(len(orphans), 'user')} in the events {'is' if len(orphans) == 1 else 'are'} missing from the"
        f" users export: {listed(orphans, MAX_NAMED)}."
        if orphans
        else "Every user in the events is in the users export.",
        f"{count(number, 'event')} {'has' if number == 1 else 'have'} no matching request or session:"
        f" {listed(kinds)}."
        if kinds
        else "Every confirmation, cancellation and end has a matching request or session.",
    ]
