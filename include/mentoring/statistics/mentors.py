"""Two groups of mentors, the unit a tier is given to: permutation of the tiers, bootstrap of the mentors.

A group is three lists in the same order: users who rebooked, users, above 0, and how many mentors have just
these numbers. Mentors with the same numbers are alike, so the lists are short however many mentors there are.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

# Every assignment of tiers is tried if there are at most this many; else DRAWS random ones are.
MAX_ASSIGNMENTS = 100_000
DRAWS = 10_000
SEED = 20230801
# Assignments in memory at a time.
BATCH = 1_000
# Gaps whose relative difference is smaller differ by floating-point rounding only.
TIE = 1e-12

Counts = Sequence[int]
Group = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
Sums = tuple[NDArray[Any], NDArray[Any]]


def mentor_permutation_p(
    hits_a: Counts, users_a: Counts, mentors_a: Counts, hits_b: Counts, users_b: Counts, mentors_b: Counts
) -> float:
    """Return how often a gap at least as large arises when tiers are randomly reassigned to the mentors.

    Two-sided, on the difference of the groups' pooled rates: over every assignment where there are at
    most 100,000 of them, else over 10,000 seeded draws (the data's own assignment counts as one more).
    """
    return _permutation(_group(hits_a, users_a, mentors_a), _group(hits_b, users_b, mentors_b))[0]


def mentor_permutation_is_bound(
    hits_a: Counts, users_a: Counts, mentors_a: Counts, hits_b: Counts, users_b: Counts, mentors_b: Counts
) -> float:
    """Return 1 where draws were made and none had a gap as large, so that p is at most as printed; else 0."""
    return float(_permutation(_group(hits_a, users_a, mentors_a), _group(hits_b, users_b, mentors_b))[1])


def smallest_permutation_p(mentors_a: int, mentors_b: int) -> float:
    """Return the smallest p that the permutation of so many mentors can give.

    One assignment is the data's own; where both groups are of one size, its mirror image is as far apart.
    """
    assignments = comb(mentors_a + mentors_b, mentors_a)
    if assignments > MAX_ASSIGNMENTS:
        return 1 / (DRAWS + 1)
    return (2 if mentors_a == mentors_b else 1) / assignments


def cluster_low_pp(
    hits_a: Counts, users_a: Counts, mentors_a: Counts, hits_b: Counts, users_b: Counts, mentors_b: Counts
) -> float:
    """Return the lower end of the bootstrap's 95 % interval of the pooled rates' difference, in points.

    Mentors are drawn with replacement inside each group, 10,000 times and seeded; the ends are percentiles.
    """
    return _cluster_ends(_group(hits_a, users_a, mentors_a), _group(hits_b, users_b, mentors_b))[0]


def cluster_high_pp(
    hits_a: Counts, users_a: Counts, mentors_a: Counts, hits_b: Counts, users_b: Counts, mentors_b: Counts
) -> float:
    """Return the upper end of the same interval as `cluster_low_pp`."""
    return _cluster_ends(_group(hits_a, users_a, mentors_a), _group(hits_b, users_b, mentors_b))[1]


def expand(numbers: Counts, mentors: Counts) -> NDArray[Any]:
    """Return one number per mentor, of numbers and how many mentors have each."""
    return np.repeat(np.array(numbers), np.array(mentors))


def _group(hits: Counts, users: Counts, mentors: Counts) -> Group:
    return tuple(hits), tuple(users), tuple(mentors)


# The two functions of each ask for one result after the other.
@lru_cache(maxsize=256)
def _permutation(a: Group, b: Group) -> tuple[float, bool]:
    """The p, and whether it is only a bound."""
    rebooked, users = (np.concatenate([expand(group[k], group[2]) for group in (a, b)]) for k in (0, 1))
    mentors_of_a, mentors_of_b = sum(a[2]), sum(b[2])

    def gap(rebooked_of_a: NDArray[Any], users_of_a: NDArray[Any]) -> NDArray[Any]:
        rest = (rebooked.sum() - rebooked_of_a) / (users.sum() - users_of_a)
        return np.abs(rebooked_of_a / users_of_a - rest)

    own = float(gap(rebooked[:mentors_of_a].sum(), users[:mentors_of_a].sum())) * (1 - TIE)
    if min(mentors_of_a, mentors_of_b) == 1:
        # SciPy permutes samples of two and more; here each mentor in turn is the group of one.
        return float(np.mean(gap(rebooked, users) >= own)), False
    if comb(len(users), mentors_of_a) <= MAX_ASSIGNMENTS:
        test = stats.permutation_test(
            np.split(np.arange(len(users)), [mentors_of_a]),
            lambda a, _, axis: gap(rebooked[a].sum(axis=axis), users[a].sum(axis=axis)),
            permutation_type="independent",
            vectorized=True,
            n_resamples=MAX_ASSIGNMENTS,
            batch=BATCH,
            # The statistic is the size of the gap, so its upper tail has both sides of the difference.
            alternative="greater",
        )
        return float(test.pvalue), False
    as_large = sum(int(np.sum(gap(*sums) >= own)) for sums in _assignments(a, b))
    return (as_large + 1) / (DRAWS + 1), as_large == 0


@lru_cache(maxsize=256)
def _cluster_ends(a: Group, b: Group) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    rates_a, rates_b = (_bootstrap(rng, group) for group in (a, b))
    low, high = np.percentile(100 * (rates_a - rates_b), [2.5, 97.5])
    return float(low), float(high)


def _bootstrap(rng: np.random.Generator, group: Group) -> NDArray[Any]:
    """The pooled rate of each draw of as many mentors as there are."""
    kinds, mentors = _kinds(*group)
    rates = []
    for size in _batches():
        drawn = rng.multinomial(mentors.sum(), mentors / mentors.sum(), size=size)
        rates.append((drawn @ kinds[0]) / (drawn @ kinds[1]))
    return np.concatenate(rates)


def _assignments(a: Group, b: Group) -> Iterator[Sums]:
    """Yield the sums of both numbers over the mentors that are drawn for group a, in batches of draws."""
    kinds, mentors = _kinds(*(of_a + of_b for of_a, of_b in zip(a, b, strict=True)))
    rng = np.random.default_rng(SEED)
    for size in _batches():
        drawn = rng.multivariate_hypergeometric(mentors, sum(a[2]), size=size)
        yield drawn @ kinds[0], drawn @ kinds[1]


def _kinds(rebooked: Counts, users: Counts, mentors: Counts) -> tuple[NDArray[Any], NDArray[Any]]:
    """The different pairs of numbers in order, and how many mentors have each."""
    kinds, place = np.unique(np.array([rebooked, users]), axis=1, return_inverse=True)
    return kinds, np.bincount(place.ravel(), weights=mentors).astype(int)


def _batches() -> Iterator[int]:
    """Yield sizes of batches that together are all draws."""
    for done in range(0, DRAWS, BATCH):
        yield min(BATCH, DRAWS - done)
