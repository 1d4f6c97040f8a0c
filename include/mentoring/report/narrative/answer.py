"""The answer: do top-tier mentors bring users back more? Claimed only if the figures show it."""

from dataclasses import dataclass

from include.mentoring.report.narrative.evidence import chance, difference, objections
from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    count,
    few,
    interval,
    listed,
    percent,
)
from include.mentoring.report.results import Results, Row, by_category, comparison

CLAIM = "Top-tier mentors bring users back more"
NO_CLAIM = "These figures do not show that top-tier mentors bring users back more"
NOT_A_CAUSE = (
    "This is a difference between users of different mentors, not proof that the tier is its cause: see the"
    " limits below."
)


@dataclass(frozen=True)
class Answer:
    """The answer to the report's question.

    Attributes:
        is_shown: whether the figures show that top-tier mentors bring users back more.
        lead: sentences with the answer and its uncertainty.
        notes: sentences a reader needs to interpret it.
    """

    is_shown: bool
    lead: list[str]
    notes: list[str]


def answer(results: Results) -> Answer:
    """Return the answer to the report's question."""
    totals = by_category(results)
    top, standard = totals.get("top_tier"), totals.get("standard_tier")
    days = results["parameters"]["rebooking_window_days"]
    few_users = results["parameters"]["few_users"]
    if not top and not standard:
        return Answer(False, _nobody(totals.get("unknown")), [])
    if not top or not standard:
        return Answer(False, _one_group(top, standard, days, few_users), [])
    row = comparison(results, "top_tier", "standard_tier")
    reasons = [] if row is None else objections(row, few_users)
    if row is None or reasons:
        sentences = [_not_shown(row, reasons), f"{_rates(top, standard, days)}."]
        return Answer(False, sentences, _gold_and_silver(results))
    sentences = [
        f"{CLAIM}: {_lower(_rates(top, standard, days))}, {difference(row)}.",
        f"{chance(row)}.",
    ]
    return Answer(True, sentences, [NOT_A_CAUSE, *_gold_and_silver(results)])


def _nobody(unlisted: Row | None) -> list[str]:
    if unlisted is None:
        return [f"{NO_CLAIM}: no user has had a session yet, so there is no rate to report."]
    users = count(unlisted["total_users_w_sessions"], "user")
    return [
        f"{NO_CLAIM}: no user's first session was with a listed mentor ({users} began with a mentor who is"
        " not in the sheet), so there is no rate of a tier to report."
    ]


def _one_group(top: Row | None, standard: Row | None, days: int, few_users: int) -> list[str]:
    only = top or standard
    assert only is not None
    other = "standard_tier" if top else "top_tier"
    users = only["total_users_w_sessions"]
    name = CATEGORY_NAMES[only["tier_category"]]
    reasons = [f"no user's first session was with a {CATEGORY_NAMES[other]} mentor to compare with"]
    if users < few_users:
        reasons.append(f"there are {few([(users, name)], few_users)}")
    return [
        f"{NO_CLAIM}: {listed(reasons)}.",
        f"Of the {count(users, 'user')} who began with a {name} mentor, {_came_back(only)} had another"
        f" session within {days} days.",
    ]


def _rates(top: Row, standard: Row, days: int) -> str:
    return (
        f"Of the {count(top['total_users_w_sessions'], 'user')} who began with a top-tier mentor,"
        f" {_came_back(top)} had another session within {days} days, against {_came_back(standard)} of the"
        f" {standard['total_users_w_sessions']:,} who began with a standard-tier mentor"
    )


def _came_back(row: Row) -> str:
    return (
        f"{row['rebooked_count']:,} ({percent(row['rebooking_rate_pct'])}, 95 % interval"
        f" {interval(row['ci_low_pct'], row['ci_high_pct'])})"
    )


def _not_shown(row: Row | None, reasons: list[str]) -> str:
    if row is None:
        return f"{NO_CLAIM}: the comparison of the two groups is not available."
    return f"{NO_CLAIM}: {'; '.join(reasons)}."


def _gold_and_silver(results: Results) -> list[str]:
    """Whether the answer also holds between Gold and Silver, without Bronze."""
    row = comparison(results, "Gold", "Silver")
    if row is None:
        return []
    few_users = results["parameters"]["few_users"]
    rates = (
        f"Gold against Silver alone: {row['a_rebooked']:,} of {row['a_users']:,} against"
        f" {row['b_rebooked']:,} of {row['b_users']:,} came back"
    )
    reasons = objections(row, few_users)
    if reasons:
        return [
            f"{rates}. These figures alone do not show a difference in favour of Gold: {'; '.join(reasons)}."
        ]
    return [f"{rates}, {difference(row)}. {chance(row)}."]


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
