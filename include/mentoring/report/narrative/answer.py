"""The answer: do users of top-tier mentors come back more? Claimed only if the figures show it."""

from dataclasses import dataclass

from include.mentoring.report.narrative.evidence import (
    can_speak,
    chance,
    difference,
    exploratory,
    lower,
    objections,
)
from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    count,
    few,
    interval,
    listed,
    percent,
    points,
)
from include.mentoring.report.results import Results, Row, by_category, comparison, primary, rate_pct

CLAIM = "Users who begin with a top-tier mentor come back more often"
NO_CLAIM = f"These figures do not show that {CLAIM[0].lower()}{CLAIM[1:]}"
NOT_A_CAUSE = (
    "This is a difference between users of different mentors, not proof that the tier is its cause: see the"
    " limits below."
)


@dataclass(frozen=True)
class Answer:
    """The answer to the report's question.

    Attributes:
        is_shown: whether the figures show that users of top-tier mentors come back more often.
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
    row, chosen = comparison(results, "top_tier", "standard_tier"), primary(results)
    rates = _rates(top, standard, days)
    notes = [*_price(results), *_exploratory(results)]
    if row is None or chosen is None:
        return Answer(False, [_not_compared(days), f"{rates}."], notes)
    reasons = objections(chosen, few_users) or lower(row)
    if reasons:
        claim = f"{NO_CLAIM}: {_of_whom(chosen, row, days)}{'; '.join(reasons)}."
        return Answer(False, [claim, f"{rates}.", _primary(chosen, days)], notes)
    lead = [f"{CLAIM}: {_lower(rates)}, {difference(row)}.", _primary(chosen, days), f"{chance(chosen)}."]
    return Answer(True, lead, [NOT_A_CAUSE, *notes])


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
        reasons.append(few([(users, name)], few_users))
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
        f"{row['rebooked_count']:,} ({percent(rate_pct(row))}, 95 % interval"
        f" {interval(row['ci_low_pct'], row['ci_high_pct'])} %)"
    )


def _not_compared(days: int) -> str:
    return f"{NO_CLAIM}: in one of the two groups nobody's {days} days had passed by the end of the data."


def _of_whom(chosen: Row, row: Row, days: int) -> str:
    """That the comparison chosen in advance is of fewer users than the rates that follow; else nothing."""
    if (chosen["a_users"], chosen["b_users"]) == (row["a_users"], row["b_users"]):
        return ""
    return f"among the users whose {days} days had passed, "


def _primary(row: Row, days: int) -> str:
    """The comparison that was chosen in advance, with mentors as the unit."""
    ends = ""
    # A few mentors, or mentors who are all alike, are drawn again as they are.
    if can_speak(row) and (row["cluster_ci_low_pp"] or 0) < (row["cluster_ci_high_pp"] or 0):
        ends = (
            f", and with mentors as the unit from"
            f" {points(row['cluster_ci_low_pp'], row['cluster_ci_high_pp'])} points"
        )
    return (
        f"The comparison that was chosen in advance is of the users whose {days} days had passed:"
        f" {row['a_rebooked']:,} of {row['a_users']:,} against {row['b_rebooked']:,} of {row['b_users']:,},"
        f" {difference(row)}{ends}."
    )


def _price(results: Results) -> list[str]:
    """That tier and price cannot be told apart, where each tier has one price and no two the same."""
    prices = {row["tier"]: (row["lowest_rate"], row["highest_rate"]) for row in results["prices"]}
    if len(prices) < 2 or any(low != high for low, high in prices.values()):
        return []
    if len(set(prices.values())) < len(prices):
        return []
    named = listed(f"{tier} {low:,.10g}" for tier, (low, _) in prices.items())
    return [f"Every mentor of a tier has one hourly rate ({named}): tier and price cannot be told apart."]


def _exploratory(results: Results) -> list[str]:
    """The tiers next to each other, without the others: exploratory comparisons."""
    pairs = [comparison(results, "Gold", "Silver"), comparison(results, "Silver", "Bronze")]
    compared = [exploratory(row) for row in pairs if row is not None]
    return [f"Exploratory: {compared[0]}", *compared[1:]] if compared else []


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
