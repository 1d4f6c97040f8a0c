"""The head of the report: the answer in a line, the age of the data, and what changed since the last time."""

from dataclasses import dataclass
from datetime import date, datetime

from include.mentoring.report.narrative.answer import answer
from include.mentoring.report.narrative.evidence import lower
from include.mentoring.report.narrative.formatting import capitalized, count, percent
from include.mentoring.report.narrative.reliability import has_faults, reliability
from include.mentoring.report.results import Results, Row, by_category, comparison, rate_pct


def headline(results: Results) -> str:
    """Return the answer in at most 12 words."""
    rates = {name: percent(rate_pct(row)) for name, row in by_category(results).items()}
    top, standard = rates.get("top_tier"), rates.get("standard_tier")
    if top and standard:
        shown = answer(results).is_shown
        claim = "Top-tier users return more" if shown else "No proof that top-tier users return more"
        return f"{claim}: {top} against {standard}"
    if top or standard:
        return f"Only {'top-tier' if top else 'standard-tier'} users so far: {top or standard} return"
    return "No user has had a session with a listed mentor yet"


def data_line(results: Results) -> str:
    """Return "Data to 21 July 2023 · published on 29 November 2026 · 1,227 days old"; "" without an event."""
    if results["observation_end"] is None:
        return ""
    last = date.fromisoformat(results["observation_end"][:10])
    published_at = results["publication"]["published_at"]
    if published_at is None:
        return f"Data to {day(last)}"
    made = date.fromisoformat(published_at[:10])
    verb = "tried" if results["trial"] else "published"
    age = [f"{count((made - last).days, 'day')} old"] if made > last else []
    return " · ".join([f"Data to {day(last)}", f"{verb} on {day(made)}", *age])


def is_stale(results: Results) -> bool:
    """Return whether the data were older at publication than they may be."""
    published_at, last = results["publication"]["published_at"], results["observation_end"]
    if published_at is None or last is None:
        return False
    age = datetime.fromisoformat(published_at).date() - date.fromisoformat(last[:10])
    return bool(age.days > results["parameters"]["stale_after_days"])


def day(value: date) -> str:
    """Return "21 July 2023"."""
    return f"{value.day} {value:%B %Y}"


@dataclass(frozen=True)
class ShortAnswer:
    """One of the report's two questions, answered in words.

    Attributes:
        question: as a reader asks it.
        verdict: in a word or a few.
        sentence: on what it rests; without p values.
    """

    question: str
    verdict: str
    sentence: str


def short_answers(results: Results) -> list[ShortAnswer]:
    """Return the answers to both questions."""
    return [_return(results), _trust(results)]


def _return(results: Results) -> ShortAnswer:
    question = "Do users of top-tier mentors come back more?"
    found, totals = answer(results), by_category(results)
    top, standard = totals.get("top_tier"), totals.get("standard_tier")
    if not top or not standard:
        return ShortAnswer(question, "Not shown.", " ".join(found.lead))
    days = results["parameters"]["rebooking_window_days"]
    rates = (
        f"{_came_back(top)} who began with a top-tier mentor had another session within {days} days, against"
        f" {_came_back(standard)} who began with a standard-tier one."
    )
    if found.is_shown:
        return ShortAnswer(
            question, "Yes.", f"{rates} This is a difference, not proof that the tier is its cause."
        )
    return ShortAnswer(question, "Not shown.", f"{rates} {_why_not(results)}")


def _came_back(row: Row) -> str:
    users = count(row["total_users_w_sessions"], "user")
    return f"{row['rebooked_count']:,} of {users} ({percent(rate_pct(row))})"


def _why_not(results: Results) -> str:
    row = comparison(results, "top_tier", "standard_tier")
    if row is None:
        return "In one of the groups nobody's window has closed yet."
    if reasons := lower(row):
        return f"{capitalized(reasons[0])}."
    if row["is_small"]:
        return "There are too few users for a rate to say much."
    return "The difference could be chance."


def _trust(results: Results) -> ShortAnswer:
    question = "Can the booking system be trusted?"
    verdict, *_ = reliability(results)
    bookings = results["publication"]["figures"]["bookings"]
    if not bookings["confirmed"]:
        return ShortAnswer(question, "Not known.", verdict)
    if bookings["attended"] < bookings["confirmed"]:
        return ShortAnswer(question, "Not fully.", verdict)
    if has_faults(results):
        return ShortAnswer(question, "The bookings can, the record cannot fully.", verdict)
    return ShortAnswer(question, "Yes.", verdict)
