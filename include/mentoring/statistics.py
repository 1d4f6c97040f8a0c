"""SciPy's statistics, which dbt's report models call as SQL functions.

`FUNCTIONS` names them for the engines, which register them. The counts are the users
of a group, and how many of them rebooked.
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


def wilson_low_pct(rebooked: int, users: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a rate, in percent; `users` is at least 1."""
    return _wilson_pct(rebooked, users)[0]


def wilson_high_pct(rebooked: int, users: int) -> float:
    """Return the upper end of Wilson's 95 % interval of a rate, in percent; `users` is at least 1."""
    return _wilson_pct(rebooked, users)[1]


def fisher_p(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the two-sided p of Fisher's exact test of two groups' rates."""
    table = [[rebooked_a, users_a - rebooked_a], [rebooked_b, users_b - rebooked_b]]
    return float(stats.fisher_exact(table).pvalue)


def mentor_permutation_p(
    rebooked_a: list[int], users_a: list[int], rebooked_b: list[int], users_b: list[int]
) -> float:
    """Return how often a gap at least as large arises when tiers are randomly reassigned to the mentors.

    Two-sided, on the difference of the groups' pooled rates: over every assignment where there are at
    most 100,000 of them, else over 10,000 seeded draws (the data's own assignment counts as one more).

    Args:
        rebooked_a: users who rebooked, one number per mentor of group a.
        users_a: users of the same mentors in the same order, at least one each.
        rebooked_b: as `rebooked_a`, of group b.
        users_b: as `users_a`, of group b.
    """
    rebooked = np.array([*rebooked_a, *rebooked_b])
    users = np.array([*users_a, *users_b])

    def gap(rebooked_of_a: NDArray[Any], users_of_a: NDArray[Any]) -> NDArray[Any]:
        rest = (rebooked.sum() - rebooked_of_a) / (users.sum() - users_of_a)
        return np.abs(rebooked_of_a / users_of_a - rest)

    own = float(gap(np.sum(rebooked_a), np.sum(users_a))) * (1 - TIE)
    if min(len(users_a), len(users_b)) == 1:
        # SciPy permutes samples of two and more; here each mentor in turn is the group of one.
        return float(np.mean(gap(rebooked, users) >= own))
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
        return float(test.pvalue)
    drawn = (gap(*sums) for sums in _draws(rebooked, users, len(users_a)))
    return (sum(int(np.sum(gaps >= own)) for gaps in drawn) + 1) / (DRAWS + 1)


def _draws(
    rebooked: NDArray[Any], users: NDArray[Any], mentors_of_a: int
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield the sums of both numbers over the mentors that are drawn for group a, in batches of draws.

    Mentors with the same numbers are alike: how many of each kind are drawn is multivariate hypergeometric,
    which takes no longer for more mentors of the same kinds.
    """
    kinds, mentors = np.unique(np.stack([rebooked, users]), axis=1, return_counts=True)
    rng = np.random.default_rng(SEED)
    for done in range(0, DRAWS, BATCH):
        drawn = rng.multivariate_hypergeometric(mentors, mentors_of_a, size=min(BATCH, DRAWS - done))
        yield drawn @ kinds[0], drawn @ kinds[1]


@lru_cache(maxsize=100_000)
def _wilson_pct(rebooked: int, users: int) -> tuple[float, float]:
    interval = stats.binomtest(rebooked, users).proportion_ci(confidence_level=0.95, method="wilson")
    return 100 * float(interval.low), 100 * float(interval.high)


# Each with the types of its arguments in SQL; the result is a DOUBLE.
FUNCTIONS = {
    wilson_low_pct: ("BIGINT", "BIGINT"),
    wilson_high_pct: ("BIGINT", "BIGINT"),
    fisher_p: ("BIGINT", "BIGINT", "BIGINT", "BIGINT"),
    mentor_permutation_p: ("BIGINT[]", "BIGINT[]", "BIGINT[]", "BIGINT[]"),
}
