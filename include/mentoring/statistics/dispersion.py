"""Do the mentors of a group differ more than chance makes them, so that the users of one are alike?

Counts are users who rebooked and users, above 0, one number per mentor in the same order. There are two
mentors and more, and both somebody who rebooked and somebody who did not: else nothing can vary.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats.contingency import expected_freq

from include.mentoring.statistics.mentors import BATCH, DRAWS, SEED, Counts
from include.mentoring.statistics.rates import MIN_P

# Pearson's statistic follows chi-squared if so many users are expected in every cell (Cochran, 1954).
MIN_EXPECTED = 5


def dispersion(rebooked: list[int], users: list[int]) -> float:
    """Return Pearson's chi-squared of mentors and (rebooked, not) divided by its degrees of freedom.

    About 1 where chance alone makes the mentors' rates differ, more where the users of a mentor are alike.
    """
    table = _table(rebooked, users)
    return float(stats.chi2_contingency(table, correction=False).statistic) / (len(users) - 1)


def dispersion_p(rebooked: list[int], users: list[int]) -> float:
    """Return how often chance alone makes the mentors' rates differ as much, above 0.

    By chi-squared where at least 5 users are expected in every cell. A mentor has few users, so elsewhere by
    10,000 seeded draws of tables with the same users of each mentor and the same number who rebooked.
    """
    return _test(tuple(rebooked), tuple(users))[0]


def dispersion_p_is_bound(rebooked: list[int], users: list[int]) -> float:
    """Return 1 where tables were drawn and none differed as much, so that p is at most as printed; else 0."""
    return float(_test(tuple(rebooked), tuple(users))[1])


@lru_cache(maxsize=256)
def _test(rebooked: Counts, users: Counts) -> tuple[float, bool]:
    """The p, and whether it is only a bound."""
    table = _table(rebooked, users)
    if expected_freq(table).min() >= MIN_EXPECTED:
        return max(float(stats.chi2_contingency(table, correction=False).pvalue), MIN_P), False
    draws = stats.MonteCarloMethod(n_resamples=DRAWS, batch=BATCH, rng=np.random.default_rng(SEED))
    p = float(stats.chi2_contingency(table, correction=False, method=draws).pvalue)
    return p, p * (DRAWS + 1) < 1.5


def _table(rebooked: list[int] | Counts, users: list[int] | Counts) -> NDArray[Any]:
    return np.stack([np.array(rebooked), np.array(users) - rebooked])
