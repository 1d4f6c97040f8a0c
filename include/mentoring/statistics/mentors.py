"""Two groups of mentors, the unit a tier is given to: permutation of the tiers, bootstrap of the mentors.

A group is two lists in the same order: users who rebooked and users, above 0, one number per mentor.
"""

from collections.abc import Iterator
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

Counts = tuple[int, ...]
Sums = tuple[NDArray[Any], NDArray[Any]]


def mentor_permutation_p(
    rebooked_a: list[int], users_a: list[int], rebooked_b: list[int], users_b: list[int]
) -> float:
    """Return how often a gap at least as large arises when tiers are randomly reassigned to the mentors.

    Two-sided, on the difference of the groups' pooled rates: over every assignment where there are at
    most 100,000 of them, else over 10,000 seeded draws (the data's own assignment counts as one more).
    """
    return _permutation(tuple(rebooked_a), tuple(users_a), tuple(rebooked_b), tuple(users_b))[0]


def mentor_permutation_is_bound(
    rebooked_a: list[int], users_a: list[int], rebooked_b: list[int], users_b: list[int]
) -> float:
    """Return 1 where draws were made and none had a gap as large, so that p is at most as printed; else 0."""
    return float(_permutation(tuple(rebooked_a), tuple(users_a), tuple(rebooked_b), tuple(users_b))[1])


def smallest_permutation_p(mentors_a: int, mentors_b: int) -> float:
    """Return the smallest p that the permutation of so many mentors can give.

    One assignment is the data's own; where both groups are of one size, its mirror image is as far apart.
    """
    assignments = comb(mentors_a + mentors_b, mentors_a)
    if assignments > MAX_ASSIGNMENTS:
        return 1 / (DRAWS + 1)
    return (2 if mentors_a == mentors_b else 1) / assignments


def cluster_low_pp(
    rebooked_a: list[int], users_a: list[int], rebooked_b: list[int], users_b: list[int]
) -> float:
    """Return the lower end of the bootstrap's 95 % interval of the pooled rates' difference, in points.

    Mentors are drawn with replacement inside each group, 10,000 times and seeded; the ends are percentiles.
    """
    return _cluster_ends(tuple(rebooked_a), tuple(users_a), tuple(rebooked_b), tuple(users_b))[0]


def cluster_high_pp(
    rebooked_a: list[int], users_a: list[int], rebooked_b: list[int], users_b: list[int]
) -> float:
    """Return the upper end of the same interval as `cluster_low_pp`."""
    return _cluster_ends(tuple(rebooked_a), tuple(users_a), tuple(rebooked_b), tuple(users_b))[1]


# The two functions of each ask for one result after the other.
@lru_cache(maxsize=256)
def _permutation(
    rebooked_a: Counts, users_a: Counts, rebooked_b: Counts, users_b: Counts
) -> tuple[float, bool]:
    """The p, and whether it is only a bound."""
    rebooked = np.array([*rebooked_a, *rebooked_b])
    users = np.array([*users_a, *users_b])

    def gap(rebooked_of_a: NDArray[Any], users_of_a: NDArray[Any]) -> NDArray[Any]:
        rest = (rebooked.sum() - rebooked_of_a) / (users.sum() - users_of_a)
        return np.abs(rebooked_of_a / users_of_a - rest)

    own = float(gap(np.sum(rebooked_a), np.sum(users_a))) * (1 - TIE)
    if min(len(users_a), len(users_b)) == 1:
        # SciPy permutes samples of two and more; here each mentor in turn is the group of one.
        return float(np.mean(gap(rebooked, users) >= own)), False
    if comb(len(users), len(users_a)) <= MAX_ASSIGNMENTS:
        test = stats.permutation_test(
            np.split(np.arange(len(users)), [len(users_a)]),
            lambda a, _, axis: gap(rebooked[a].sum(axis=axis), users[a].sum(axis=axis)),
            permutation_type="independent",
            vectorized=True,
            n_resamples=MAX_ASSIGNMENTS,
            batch=BATCH,
            # The statistic is the size of the gap, so its upper tail has both sides of the difference.
            alternative="greater",
        )
        return float(test.pvalue), False
    as_large = sum(int(np.sum(gap(*sums) >= own)) for sums in _assignments(rebooked, users, len(users_a)))
    return (as_large + 1) / (DRAWS + 1), as_large == 0


@lru_cache(maxsize=256)
def _cluster_ends(
    rebooked_a: Counts, users_a: Counts, rebooked_b: Counts, users_b: Counts
) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    rates_a, rates_b = (_bootstrap(rng, *counts) for counts in ((rebooked_a, users_a), (rebooked_b, users_b)))
    low, high = np.percentile(100 * (rates_a - rates_b), [2.5, 97.5])
    return float(low), float(high)


def _bootstrap(rng: np.random.Generator, rebooked: Counts, users: Counts) -> NDArray[Any]:
    """The pooled rate of each draw of as many mentors as there are."""
    kinds, mentors = _kinds(np.array(rebooked), np.array(users))
    rates = []
    for size in _batches():
        drawn = rng.multinomial(len(users), mentors / len(users), size=size)
        rates.append((drawn @ kinds[0]) / (drawn @ kinds[1]))
    return np.concatenate(rates)


def _assignments(rebooked: NDArray[Any], users: NDArray[Any], mentors_of_a: int) -> Iterator[Sums]:
    """Yield the sums of both numbers over the mentors that are drawn for group a, in batches of draws."""
    kinds, mentors = _kinds(rebooked, users)
    rng = np.random.default_rng(SEED)
    for size in _batches():
        drawn = rng.multivariate_hypergeometric(mentors, mentors_of_a, size=size)
        yield drawn @ kinds[0], drawn @ kinds[1]


def _kinds(rebooked: NDArray[Any], users: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The different pairs of numbers, and how many mentors have each.

    Mentors with the same numbers are alike: drawing how many of each kind takes no longer for more of them.
    """
    return np.unique(np.stack([rebooked, users]), axis=1, return_counts=True)


def _batches() -> Iterator[int]:
    """Yield sizes of batches that together are all draws."""
    for done in range(0, DRAWS, BATCH):
        yield min(BATCH, DRAWS - done)
