"""What a comparison of two groups shows: the size of its difference, and how far chance explains it."""

from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    SIGNIFICANT_P,
    count,
    distance,
    few,
    holm_p,
    how_often,
    p_value,
    permutation_p,
    points,
    signed,
)
from include.mentoring.report.results import Row
from include.mentoring.statistics.mentors import DRAWS


def objections(row: Row, few_users: int) -> list[str]:
    """Return the reasons why a comparison does not show that group a comes back more, empty if it does."""
    return [*lower(row), *_too_few(row, few_users), *([] if lower(row) else _could_be_chance(row))]


def lower(row: Row) -> list[str]:
    """Return that the rate of group a is not above the one of group b, empty if it is."""
    a, b = _group(row["a"]), _group(row["b"])
    if (gap := difference_pp(row)) == 0:
        return [f"the two rates are equal ({a} and {b})"]
    return [f"the {a} rate is {distance(gap)} points lower than the {b} one"] if gap < 0 else []


def difference(row: Row) -> str:
    """Return the difference in points with its interval and, if group b has a rate above 0, as a ratio."""
    ends = points(row["difference_ci_low_pp"], row["difference_ci_high_pp"])
    said = f"a difference of {signed(difference_pp(row))} points (95 % interval {ends})"
    return said if row["risk_ratio"] is None else f"{said} or {row['risk_ratio']:.2f} times the rate"


def difference_pp(row: Row) -> float:
    """Return the difference of the two rates in points, not rounded: 0 only if they are equal."""
    gap = row["a_rebooked"] * row["b_users"] - row["b_rebooked"] * row["a_users"]
    return 100 * gap / (row["a_users"] * row["b_users"])


def chance(row: Row) -> str:
    """Return how often a difference as large arises if the tiers of the mentors mean nothing."""
    return f"If tiers made no difference, a gap this large would turn up {_reassigned(row)}"


def exploratory(row: Row) -> str:
    """Return a comparison that was not chosen in advance: rates, difference, and p before and after Holm."""
    rates = (
        f"{row['a']} against {row['b']}: {row['a_rebooked']:,} of {row['a_users']:,} against"
        f" {row['b_rebooked']:,} of {row['b_users']:,} came back, {difference(row)}"
    )
    if row["mentor_permutation_p"] is None:
        return f"{rates}; it cannot be tested over the mentors."
    if difference_pp(row) == 0:
        return f"{rates}."
    corrected = f"p {permutation_p(row)} over the mentors, {holm_p(row)} after Holm's correction"
    if not can_speak(row):
        return f"{rates}; with so few mentors the test cannot tell it from chance ({corrected})."
    if row["mentor_permutation_p"] >= SIGNIFICANT_P:
        return f"{rates}; {corrected}: it could be chance."
    if row["holm_p"] >= SIGNIFICANT_P:
        return f"{rates}; {corrected}: among so many comparisons, too weak to count."
    if row["difference_ci_low_pp"] <= 0 <= row["difference_ci_high_pp"]:
        return f"{rates}; {corrected}, but the interval includes 0: too weak to count."
    return f"{rates}; {corrected}."


def can_speak(row: Row) -> bool:
    """Return whether there are mentors enough for the test over them to tell any difference from chance."""
    smallest = row["smallest_permutation_p"]
    return smallest is not None and smallest < SIGNIFICANT_P


def _reassigned(row: Row) -> str:
    mentors = row["mentors_a"] + row["mentors_b"] - 2 * row["mentors_in_both"]
    trials = f"reassignments of the tiers among the {mentors:,} mentors"
    if row["permutation_p_is_bound"]:
        often = f"in none of {DRAWS:,} random {trials}"
    else:
        often = how_often(row["mentor_permutation_p"], trials)
    p = permutation_p(row)
    return f"{often} (p {p if p.startswith('<') else '= ' + p}){_left_out(row)}"


def _left_out(row: Row) -> str:
    number = row["mentors_in_both"]
    return f", {count(number, 'mentor')} whose tier changed left out" if number else ""


def _too_few(row: Row, few_users: int) -> list[str]:
    if not row["is_small"]:
        return []
    groups = [(row["a_users"], _group(row["a"])), (row["b_users"], _group(row["b"]))]
    small = [group for group in groups if group[0] < few_users]
    return [f"{few(small or groups, few_users)}, too few for a rate to say much"]


def _could_be_chance(row: Row) -> list[str]:
    p, gap = row["mentor_permutation_p"], f"a gap of {distance(difference_pp(row))} points"
    if p is None:
        return [f"whether {gap} could be chance cannot be tested over the mentors"]
    reasons = []
    if not can_speak(row):
        reasons.append(
            f"the test cannot tell {gap} from chance, with {row['mentors_a'] - row['mentors_in_both']:,}"
            f" against {row['mentors_b'] - row['mentors_in_both']:,} mentors: the smallest p it can give is"
            f" {p_value(row['smallest_permutation_p'])}"
        )
    elif p >= SIGNIFICANT_P:
        reasons.append(
            f"{gap} could be chance among the mentors: if tiers made no difference, one as large would turn"
            f" up {_reassigned(row)}"
        )
    if row["difference_ci_low_pp"] <= 0:
        ends = points(row["difference_ci_low_pp"], row["difference_ci_high_pp"])
        reasons.append(f"the 95 % interval of the difference, {ends} points, includes 0")
    return reasons


def _group(name: str) -> str:
    return CATEGORY_NAMES.get(name, name)
