"""The statistics of the reading, without SciPy: comparisons of groups and intervals of rates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, sqrt
from random import Random

from .reading import Reading
from .rebooking import by_mentor, rebooking

Counts = tuple[int, int]  # rebooked, users
EXACT_ASSIGNMENTS = 100_000
# An estimate to compare another one with; fewer than the contract's, for they are slow in Python.
DRAWS = 2_000


@dataclass(frozen=True)
class Comparison:
    """Two groups of users; `permutation_p` is of draws where `is_exact` is false."""

    a: Counts
    b: Counts
    mentors_a: int
    mentors_b: int
    permutation_p: float
    is_exact: bool

    @property
    def difference_pp(self) -> float:
        return 100 * (self.a[0] / self.a[1] - self.b[0] / self.b[1])

    @property
    def risk_ratio(self) -> float | None:
        return self.a[0] * self.b[1] / (self.a[1] * self.b[0]) if self.b[0] else None

    @property
    def fisher_p(self) -> float:
        return fisher(*self.a, *self.b)


def compare(reading: Reading, lens: str, a: str, b: str) -> Comparison | None:
    """Returns the comparison of two tiers or categories; None where one of them has no user.

    The unit of the permutation is a mentor in one of the groups; one whose tier changed is in both.
    """
    is_category = a.endswith("_tier")
    groups: dict[str, list[Counts]] = {a: [], b: []}
    users = rebooking(reading, lens)
    mentors = by_mentor(users, lambda item: item.category if is_category else item.tier)
    for (_, group), counts in mentors.items():
        groups.get(group, []).append(counts)
    if not groups[a] or not groups[b]:
        return None
    p, is_exact = permutation(groups[a], groups[b])
    return Comparison(total(groups[a]), total(groups[b]), len(groups[a]), len(groups[b]), p, is_exact)


def total(counts: Sequence[Counts]) -> Counts:
    """Returns the sums of rebooked and of all users."""
    return sum(rebooked for rebooked, _ in counts), sum(users for _, users in counts)


def permutation(a: list[Counts], b: list[Counts]) -> tuple[float, bool]:
    """Returns the two-sided p of the pooled rates' difference, and whether all assignments were tried."""
    mentors = a + b
    rebooked, users = total(mentors)

    def difference(chosen: Sequence[int]) -> Fraction:
        hits, n = total([mentors[place] for place in chosen])
        return Fraction(abs(hits * (users - n) - (rebooked - hits) * n), n * (users - n))

    seen = difference(range(len(a)))
    is_exact = comb(len(mentors), len(a)) <= EXACT_ASSIGNMENTS
    assignments = list(
        combinations(range(len(mentors)), len(a)) if is_exact else _draws(len(a), len(mentors))
    )
    return sum(difference(chosen) >= seen for chosen in assignments) / len(assignments), is_exact


def _draws(chosen: int, of: int) -> Iterator[list[int]]:
    random = Random(1)
    for _ in range(DRAWS):
        yield random.sample(range(of), chosen)


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
