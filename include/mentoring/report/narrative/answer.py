"""The answer: do top-tier mentors bring users back more? Claimed only where the figures show it."""

from dataclasses import dataclass

from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    SIGNIFICANT_P,
    count,
    few,
    how_often,
    interval,
    listed,
    p_value,
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
    """The answer in sentences.

    Attributes:
        is_shown: whether the figures show that top-tier mentors bring users back more.
        lead: the answer and its uncertainty.
        notes: what else a reader must know to take it right.
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
        f"{CLAIM}: {_lower(_rates(top, standard, days))}, {_gap(row)}.",
        f"{_chance(row)}.",
    ]
    return Answer(True, sentences, [NOT_A_CAUSE, *_gold_and_silver(results)])


def objections(row: Row, few_users: int) -> list[str]:
    """Return why a comparison does not show that its group a comes back more; nothing where it does."""
    a, b = _group(row["a"]), _group(row["b"])
    gap = f"{abs(row['difference_pp']):.1f} points"
    if row["difference_pp"] == 0:
        return [f"the two rates are equal ({a} and {b})", *_too_few(row, few_users)]
    if row["difference_pp"] < 0:
        return [f"the {a} rate is {gap} lower than the {b} one", *_too_few(row, few_users)]
    return [*_too_few(row, few_users), *_could_be_chance(row)]


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


def _gap(row: Row) -> str:
    points = f"a difference of {row['difference_pp']:.1f} points"
    return points if row["risk_ratio"] is None else f"{points} or {row['risk_ratio']:.2f} times the rate"


def _chance(row: Row) -> str:
    return (
        f"If tiers made no difference, a gap this large would turn up {_redealt(row)}, and {_shuffled(row)}"
    )


def _redealt(row: Row) -> str:
    p = row["mentor_permutation_p"]
    mentors = row["mentors_a"] + row["mentors_b"]
    often = how_often(p, f"re-dealings of the tiers among the {mentors:,} mentors")
    return f"{often} (permutation p {p_value(p)})"


def _shuffled(row: Row) -> str:
    p = row["fisher_p"]
    return f"{how_often(p, 'shuffles of the users')} (Fisher p {p_value(p)})"


def _not_shown(row: Row | None, reasons: list[str]) -> str:
    if row is None:
        return f"{NO_CLAIM}: the comparison of the two groups is not at hand."
    return f"{NO_CLAIM}: {'; '.join(reasons)}."


def _too_few(row: Row, few_users: int) -> list[str]:
    if not row["is_small"]:
        return []
    groups = [(row["a_users"], _group(row["a"])), (row["b_users"], _group(row["b"]))]
    small = [group for group in groups if group[0] < few_users]
    return [f"there are {few(small or groups, few_users)}, too few for a rate to say much"]


def _could_be_chance(row: Row) -> list[str]:
    fisher, permutation = row["fisher_p"], row["mentor_permutation_p"]
    gap = f"a gap of {row['difference_pp']:.1f} points"
    if fisher is None or permutation is None:
        return [f"whether {gap} could be chance cannot be tested"]
    reasons = []
    if fisher >= SIGNIFICANT_P:
        reasons.append(
            f"{gap} could be chance among the users: without any difference one as large would turn up"
            f" {_shuffled(row)}"
        )
    if permutation >= SIGNIFICANT_P:
        reasons.append(
            f"{gap} could be chance among the mentors, a few of whom can make it: if tiers made no"
            f" difference, one as large would turn up {_redealt(row)}"
        )
    return reasons


def _gold_and_silver(results: Results) -> list[str]:
    """What of the answer holds between Gold and Silver alone, which Bronze cannot sway."""
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
    return [f"{rates}, {_gap(row)}. {_chance(row)}."]


def _group(name: str) -> str:
    return CATEGORY_NAMES.get(name, name)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
