"""The statistics of the reading, without SciPy: comparisons of groups and intervals of rates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import comb, erfc, exp, log, sqrt
from random import Random

from .history import TIERS
from .reading import Reading
from .rebooking import by_mentor, rebooking

Counts = tuple[int, int]  # rebooked, users
EXACT_ASSIGNMENTS = 100_000
# An estimate to compare another one with; fewer than the contract's, for they are slow in Python.
DRAWS = 2_000
# Of the normal distribution: 95 % lie within so many standard deviations.
Z = 1.959963984540054


@dataclass(frozen=True)
class Comparison:
    """Two groups of users, each with (rebooked, users) of its mentors.

    `permutation_p` is of draws where `is_exact` is false, and None where no mentor of a group is of it alone.
    """

    mentors_a: list[Counts]
    mentors_b: list[Counts]
    in_both: int
    permutation_p: float | None
    smallest_p: float | None
    is_exact: bool

    @property
    def a(self) -> Counts:
        return total(self.mentors_a)

    @property
    def b(self) -> Counts:
        return total(self.mentors_b)

    @property
    def difference_pp(self) -> float:
        return 100 * (self.a[0] / self.a[1] - self.b[0] / self.b[1])

    @property
    def risk_ratio(self) -> float | None:
        return self.a[0] * self.b[1] / (self.a[1] * self.b[0]) if self.b[0] else None

    @property
    def fisher_p(self) -> float:
        return fisher(*self.a, *self.b)


def compare(reading: Reading, lens: str, a: str, b: str, mature: bool = False) -> Comparison | None:
    """Returns the comparison of two tiers or categories; None where one of them has no user.

    The unit of the permutation is a mentor in one of the groups; one whose tier changed is left out.
    """
    is_category = a.endswith("_tier")
    groups: dict[str, dict[str, Counts]] = {a: {}, b: {}}
    users = rebooking(reading, lens, mature=mature)
    mentors = by_mentor(users, lambda item: item.category if is_category else item.tier)
    for (mentor, group), counts in mentors.items():
        groups.get(group, {})[mentor] = counts
    if not groups[a] or not groups[b]:
        return None
    both = groups[a].keys() & groups[b].keys()
    alone = [[own[mentor] for mentor in own if mentor not in both] for own in groups.values()]
    p, smallest, is_exact = (*permutation(*alone),) if all(alone) else (None, None, True)
    return Comparison([*groups[a].values()], [*groups[b].values()], len(both), p, smallest, is_exact)


def newcombe(a: Counts, b: Counts) -> tuple[float, float]:
    """Returns Newcombe's 95 % interval of the difference of two rates, in points."""
    (rate_a, low_a, high_a), (rate_b, low_b, high_b) = ((100 * n[0] / n[1], *wilson(*n)) for n in (a, b))
    return (
        rate_a - rate_b - sqrt((rate_a - low_a) ** 2 + (high_b - rate_b) ** 2),
        rate_a - rate_b + sqrt((high_a - rate_a) ** 2 + (rate_b - low_b) ** 2),
    )


def ratio(a: Counts, b: Counts) -> tuple[float | None, ...]:
    """Returns the 95 % interval of the risk ratio, its E-value and that of the limit nearer to 1."""
    if not a[0] or not b[0]:
        return (None,) * 4
    log_ratio = log(a[0] * b[1] / (a[1] * b[0]))
    half = Z * sqrt(1 / a[0] - 1 / a[1] + 1 / b[0] - 1 / b[1])
    ends = exp(log_ratio - half), exp(log_ratio + half)
    nearer = 0 if abs(log_ratio) < half else abs(log_ratio) - half
    return *ends, e_value(exp(abs(log_ratio))), e_value(exp(nearer))


def e_value(ratio: float) -> float:
    """Returns the E-value of a ratio of 1 or more."""
    return ratio + sqrt(ratio * (ratio - 1))


def holm(ps: Sequence[float]) -> list[float]:
    """Returns the p values after Holm's correction, in the order given."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda place: ps[place])):
        highest = max(highest, min(1, (len(ps) - rank) * ps[place]))
        adjusted[place] = highest
    return adjusted


def all_tiers(reading: Reading) -> tuple[float | None, int, int]:
    """Returns the trend's p, and who returned, of them to the same mentor."""
    users = rebooking(reading)
    ordered = [user for user in users.values() if user.tier in TIERS]
    hits = [(TIERS[::-1].index(user.tier), user.rebooked) for user in ordered]
    returned = [user for user in users.values() if user.rebooked]
    same = 0
    for user in returned:
        later = [
            item for item in reading.sessions if item.user == user.first.user and item.start > user.first.at
        ]
        same += min(later, key=lambda item: item.started.order).mentor == user.first.mentor
    return _trend(hits), len(returned), same


def _trend(hits: list[tuple[int, bool]]) -> float | None:
    """Returns the p of the correlation of place and return: N times its square is chi-squared."""
    if len({place for place, _ in hits}) < 2:
        return None
    n = len(hits)
    mean_place, mean_hit = (sum(each[at] for each in hits) / n for at in (0, 1))
    together = sum((place - mean_place) * (hit - mean_hit) for place, hit in hits)
    alone = [sum((each[at] - mean) ** 2 for each in hits) for at, mean in ((0, mean_place), (1, mean_hit))]
    return erfc(sqrt(n * together**2 / (alone[0] * alone[1]) / 2)) if alone[1] else 1.0


def total(counts: Sequence[Counts]) -> Counts:
    """Returns the sums of rebooked and of all users."""
    return sum(rebooked for rebooked, _ in counts), sum(users for _, users in counts)


def permutation(a: list[Counts], b: list[Counts]) -> tuple[float, float, bool]:
    """Returns the two-sided p of the pooled rates' difference, the smallest there can be, and if it is exact.

    It is exact where all assignments were tried.
    """
    return _permutation(tuple(a), tuple(b))


# Builds that are compared with one reading, and lenses, have many counts in common.
@cache
def _permutation(a: tuple[Counts, ...], b: tuple[Counts, ...]) -> tuple[float, float, bool]:
    mentors = a + b
    rebooked, users = total(mentors)

    def difference(chosen: Sequence[int]) -> Fraction:
        hits, n = total([mentors[place] for place in chosen])
        return Fraction(abs(hits * (users - n) - (rebooked - hits) * n), n * (users - n))

    seen = difference(range(len(a)))
    ways = comb(len(mentors), len(a))
    is_exact = ways <= EXACT_ASSIGNMENTS
    # Where both groups are of one size, to swap them is another assignment with the same gap.
    smallest = Fraction(1 + (len(a) == len(b)), ways) if is_exact else Fraction(1, 10_001)
    assignments = list(
        combinations(range(len(mentors)), len(a)) if is_exact else _draws(len(a), len(mentors))
    )
    p = sum(difference(chosen) >= seen for chosen in assignments) / len(assignments)
    return p, float(smallest), is_exact


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
    middle, scale = hits / n + Z * Z / (2 * n), 1 + Z * Z / n
    half = Z * sqrt(hits / n * (1 - hits / n) / n + Z * Z / (4 * n * n))
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale
