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
# Drawing takes as long as there are mentors; a sum over more of them follows a gamma distribution closely.
MAX_DRAWN = 100


def dispersion(rebooked: Counts | NDArray[Any], users: Counts | NDArray[Any]) -> float:
    """Return Pearson's chi-squared of mentors and (rebooked, not) divided by its degrees of freedom.

    About 1 where chance alone makes the mentors' rates differ, more where the users of a mentor are alike.
    """
    table = _table(rebooked, users)
    return float(stats.chi2_contingency(table, correction=False).statistic) / (len(users) - 1)


def dispersion_p(rebooked: list[int], users: list[int]) -> float:
    """Return how often chance alone makes the mentors' rates differ as much, above 0.

    By chi-squared where at least 5 users are expected in every cell. A mentor has few users, so elsewhere by
    10,000 seeded draws of tables with the same users of each mentor and the same number who rebooked. Of
    more than 100 mentors such tables are not drawn: their statistic has the gamma distribution of its mean
    and variance.
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
    if len(users) > MAX_DRAWN:
        return _gamma_p(np.array(rebooked, dtype=float), np.array(users, dtype=float)), False
    draws = stats.MonteCarloMethod(n_resamples=DRAWS, batch=BATCH, rng=np.random.default_rng(SEED))
    p = float(stats.chi2_contingency(table, correction=False, method=draws).pvalue)
    return p, p * (DRAWS + 1) < 1.5


def _gamma_p(rebooked: NDArray[Any], users: NDArray[Any]) -> float:
    """The p of the sum of rebooked squared over users, of which Pearson's statistic is a linear function.

    Its moments are those of the factorials of hypergeometric counts, each a product of falling factorials.
    """
    hits, n, mentors = rebooked.sum(), users.sum(), len(users)
    # The chance that 1, 2, 3 or 4 users all rebooked.
    one, two, three, four = np.cumprod([(hits - k) / (n - k) for k in range(4)])
    others = users - 1
    mean = (others * two + one).sum()
    fourth_powers = others * (users - 2) * (users - 3) * four + 6 * others * (users - 2) * three
    own = ((fourth_powers + 7 * others * two + one) / users).sum()
    pairs = (
        (others.sum() ** 2 - (others**2).sum()) * four
        + 2 * (mentors - 1) * others.sum() * three
        + mentors * (mentors - 1) * two
    )
    # Above its lowest value, where all mentors have one rate.
    lowest = hits**2 / n
    center, variance = mean - lowest, own + pairs - mean**2
    # Each way to deal the returns to the mentors lies as far apart: the rest is rounding.
    if variance <= 1e-9 * center**2:
        return 1.0
    found = (rebooked**2 / users).sum() - lowest
    return max(float(stats.gamma.sf(found, center**2 / variance, scale=variance / center)), MIN_P)


def _table(rebooked: Counts | NDArray[Any], users: Counts | NDArray[Any]) -> NDArray[Any]:
    return np.stack([np.array(rebooked), np.array(users) - rebooked])
