"""What the figures cannot show, each limit with its number."""

from datetime import date

from include.mentoring.report.narrative.formatting import VARIANT_NAMES, count, share
from include.mentoring.report.narrative.returns import are_early
from include.mentoring.report.results import HEADLINE_LENS, Results, by_category, comparison, rebooking

NOT_RANDOM = (
    "Users were not randomly assigned to mentors. Users, companies or Ops may have chosen who starts with"
    " whom, and the reason for that choice may also be the reason users return."
)
# Account status of a user whom the users export does not list.
UNLISTED = "unlisted"
# With more mentors of a category, one of them hardly moves its rate.
FEW_MENTORS = 30
MONTHS_OF_A_YEAR = 12


def limits(results: Results) -> list[str]:
    """Return the limits of the evidence, one or two sentences each."""
    return [
        NOT_RANDOM,
        *_mentors(results),
        *_period(results),
        "Each user counts once, under the tier that the mentor of the first session had at that time, even if"
        " later sessions were with another mentor.",
        *_censored(results),
        *_never_met(results),
        *_unlisted(results),
        *_orphans(results),
        *_ends(results),
    ]


def _mentors(results: Results) -> list[str]:
    row = comparison(results, "top_tier", "standard_tier")
    if row is None:
        return []
    said = (
        f"Tiers belong to mentors, so the sample size that counts is the number of mentors:"
        f" {row['mentors_a']:,} top-tier and {row['mentors_b']:,} standard-tier."
    )
    if min(row["mentors_a"], row["mentors_b"]) >= FEW_MENTORS:
        return [said]
    return [f"{said} A single mentor can move the rates."]


def _period(results: Results) -> list[str]:
    months = sorted({row["cohort_month"] for row in results["monthly_cohorts"]})
    if not months:
        return []
    first, last = (f"{date.fromisoformat(month):%B %Y}" for month in (months[0], months[-1]))
    when = f"in {first}" if first == last else f"from {first} to {last}"
    others = "prices or users" if len(months) >= MONTHS_OF_A_YEAR else "seasons, prices or users"
    return [f"All first sessions fall within one period, {when}; other {others} may bring other rates."]


def _censored(results: Results) -> list[str]:
    every, mature = by_category(results), by_category(results, cohort="mature")
    users = sum(row["total_users_w_sessions"] for row in every.values())
    closed = sum(row["total_users_w_sessions"] for row in mature.values())
    days = results["parameters"]["rebooking_window_days"]
    if not users:
        return []
    if users == closed:
        return [f"Every user's {days} days had passed by the end of the data."]
    rates = ", ".join(
        f"{row['tier']} {share(row['rebooked_count'], row['total_users_w_sessions'])}"
        for row in rebooking(results, HEADLINE_LENS, cohort="mature")
    )
    without = f" Without these users: {rates}." if rates else ""
    still_open = (
        f"For {users - closed:,} of {count(users, 'user')}, the {days} days had not passed by the end of the"
    )
    if not are_early(results):
        return [f"{still_open} data; those not back yet may still return.{without}"]
    return [f"{still_open} data.{without}", _waiting(results)]


def _waiting(results: Results) -> str:
    found = results["limits"]
    latest = f"The latest return came {found['latest_return_days']:.2f} days after the first session"
    if all(row["rebooked_count"] == row["total_users_w_sessions"] for row in by_category(results).values()):
        return f"{latest}, and everyone came back."
    if not found["users_not_yet_back"]:
        return f"{latest}, and everyone not back was observed for at least that long."
    users = count(found["users_not_yet_back"], "user")
    have = "has" if found["users_not_yet_back"] == 1 else "have"
    return f"{latest}; {users} not back yet {have} been observed for less time and may still return."


def _never_met(results: Results) -> list[str]:
    number, confirmed = results["limits"]["users_never_met"], results["limits"]["never_met_confirmed"]
    if not number:
        return []
    asked = f"{count(number, 'user')} requested a session but never had one"
    reading = f'"{VARIANT_NAMES["from_first_request"]}"'
    if not confirmed:
        return [f"{asked}: no lens counts {_them(number)}; only the reading {reading} does."]
    return [
        f"{asked}: lenses sessions and intent leave {_them(number)} out, lens bookings includes {confirmed:,}"
        f" with a confirmed booking, and the reading {reading} counts {_them(number)}."
    ]


def _unlisted(results: Results) -> list[str]:
    row = by_category(results).get("unknown")
    if row is None:
        return []
    users = row["total_users_w_sessions"]
    are = "is" if users == 1 else "are"
    return [f"{count(users, 'user')} began with a mentor who is not in the sheet and {are} in no comparison."]


def _orphans(results: Results) -> list[str]:
    number = sum(row["users"] for row in results["account_status"] if row["account_status"] == UNLISTED)
    if not number:
        return []
    are, they = ("is", "that user counts") if number == 1 else ("are", "they count")
    return [
        f"{count(number, 'user')} with a session {are} missing from the users export: {they} like any other,"
        " but nothing is known about the account."
    ]


def _ends(results: Results) -> list[str]:
    total = results["reliability_total"]
    if not total or not total["missing_end"]:
        return []
    assumed = results["parameters"]["session_default_minutes"]
    double, touched = (
        results["checks"]["double_bookings"],
        results["limits"]["double_bookings_on_assumed_end"],
    )
    overlap = "overlaps" if touched == 1 else "overlap"
    rest = f" ({touched:,} of {double:,} {overlap} only because of such an end)" if double else ""
    have, are = ("has", "is") if total["missing_end"] == 1 else ("have", "are")
    return [
        f"{total['missing_end']:,} of {count(total['sessions'], 'session')} {have} no recorded end and {are}"
        f" assumed to last {assumed} minutes. That affects the double bookings{rest}, not the rebooking rate,"
        " which counts starts."
    ]


def _them(number: int) -> str:
    return "that user" if number == 1 else "them"
