"""What a comparison of two groups shows: the size of its difference, and how far chance explains it."""

from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    SIGNIFICANT_P,
    few,
    how_often,
    p_value,
)
from include.mentoring.report.results import Row


def objections(row: Row, few_users: int) -> list[str]:
    """Return the reasons why a comparison does not show that group a comes back more, empty if it does."""
    a, b = _group(row["a"]), _group(row["b"])
    gap = f"{abs(row['difference_pp']):.1f} points"
    if row["difference_pp"] == 0:
        return [f"the two rates are equal ({a} and {b})", *_too_few(row, few_users)]
    if row["difference_pp"] < 0:
        return [f"the {a} rate is {gap} lower than the {b} one", *_too_few(row, few_users)]
    return [*_too_few(row, few_users), *_could_be_chance(row)]


def difference(row: Row) -> str:
    """Return the difference in points and, if group b has a rate above 0, as a ratio."""
    points = f"a difference of {row['difference_pp']:.1f} points"
    return points if row["risk_ratio"] is None else f"{points} or {row['risk_ratio']:.2f} times the rate"


def chance(row: Row) -> str:
    """Return how often chance alone gives a difference as large, by both tests."""
    return (
        f"If tiers made no difference, a gap this large would turn up {_reassigned(row)},"
        f" and {_shuffled(row)}"
    )


def _reassigned(row: Row) -> str:
    p = row["mentor_permutation_p"]
    mentors = row["mentors_a"] + row["mentors_b"]
    often = how_often(p, f"reassignments of the tiers among the {mentors:,} mentors")
    return f"{often} (permutation p {p_value(p)})"


def _shuffled(row: Row) -> str:
    p = row["fisher_p"]
    return f"{how_often(p, 'shuffles of the users')} (Fisher p {p_value(p)})"


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
            f" difference, one as large would turn up {_reassigned(row)}"
        )
    return reasons


def _group(name: str) -> str:
    return CATEGORY_NAMES.get(name, name)
