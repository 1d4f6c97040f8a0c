"""The statistics of the independent reading: comparisons of tiers and intervals of rates, by hand."""

from itertools import combinations
from math import comb, sqrt

from . import reference


def comparison(delivery: reference.Delivery, a: set[str], b: set[str]) -> dict[str, float]:
    """Returns difference, risk ratio, Fisher p and permutation p of two sets of tiers."""
    mentors = {
        mentor: counts
        for mentor, counts in reference.per_mentor(reference.rebooking(delivery)).items()
        if delivery.tiers[mentor] in a | b
    }
    chosen = [mentor for mentor in mentors if delivery.tiers[mentor] in a]
    all_rebooked, all_users = (sum(column) for column in zip(*mentors.values(), strict=True))

    def split(group: list[str] | tuple[str, ...]) -> tuple[int, int]:
        return sum(mentors[m][0] for m in group), sum(mentors[m][1] for m in group)

    def difference(group: list[str] | tuple[str, ...]) -> float:
        rebooked, users = split(group)
        return rebooked / users - (all_rebooked - rebooked) / (all_users - users)

    rebooked, users = split(chosen)
    seen = difference(chosen)
    assignments = [difference(group) for group in combinations(mentors, len(chosen))]
    extreme = sum(abs(other) >= abs(seen) - 1e-12 for other in assignments)
    rest_rebooked, rest = all_rebooked - rebooked, all_users - users
    return {
        "difference_pp": 100 * seen,
        "risk_ratio": (rebooked / users) / (rest_rebooked / rest),
        "fisher_p": fisher(rebooked, users, rest_rebooked, rest),
        "mentor_permutation_p": extreme / len(assignments),
    }


def fisher(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """Returns the two-sided p of Fisher's exact test."""
    hits = hits_a + hits_b
    ways = {k: comb(n_a, k) * comb(n_b, hits - k) for k in range(max(0, hits - n_b), min(n_a, hits) + 1)}
    return sum(way for way in ways.values() if way <= ways[hits_a]) / sum(ways.values())


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Returns Wilson's 95 % interval of a rate, in percent."""
    z = 1.959963984540054
    middle, scale = hits / n + z * z / (2 * n), 1 + z * z / n
    half = z * sqrt(hits / n * (1 - hits / n) / n + z * z / (4 * n * n))
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale
