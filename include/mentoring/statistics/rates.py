"""Rates of one group and of two: intervals, Fisher's p, and E-values, from counts.

Counts are users of a group, and how many of them rebooked.
"""

import sys
from functools import lru_cache
from math import sqrt

from scipy import stats
from scipy.stats.contingency import relative_risk

CONFIDENCE = 0.95
# The smallest p a double holds in full: the exact sum may be smaller, and no p is 0.
MIN_P = sys.float_info.min


def wilson_low_pct(rebooked: int, users: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a rate, in percent; `users` is at least 1."""
    return 100 * _wilson(rebooked, users)[0]


def wilson_high_pct(rebooked: int, users: int) -> float:
    """Return the upper end of Wilson's 95 % interval of a rate, in percent; `users` is at least 1."""
    return 100 * _wilson(rebooked, users)[1]


def limit_of_none_pct(users: int) -> float:
    """Return the exact one-sided 95 % upper limit of a rate where none of the users rebooked, in percent."""
    test = stats.binomtest(0, users, alternative="less")
    return 100 * float(test.proportion_ci(CONFIDENCE, method="exact").high)


def fisher_p(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the two-sided p of Fisher's exact test of two groups' rates, above 0."""
    table = [[rebooked_a, users_a - rebooked_a], [rebooked_b, users_b - rebooked_b]]
    return max(float(stats.fisher_exact(table).pvalue), MIN_P)


def newcombe_low_pp(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the lower end of Newcombe's 95 % interval of the rate of a less that of b, in percent points."""
    return _newcombe_pp(rebooked_a, users_a, rebooked_b, users_b)


def newcombe_high_pp(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the upper end of Newcombe's 95 % interval of the rate of a less that of b, in percent points."""
    return -_newcombe_pp(rebooked_b, users_b, rebooked_a, users_a)


def risk_ratio_low(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the lower end of the 95 % interval (log method) of rate a over rate b, both above 0."""
    return _ratio_ends(rebooked_a, users_a, rebooked_b, users_b)[0]


def risk_ratio_high(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the upper end of the 95 % interval (log method) of rate a over rate b, both above 0."""
    return _ratio_ends(rebooked_a, users_a, rebooked_b, users_b)[1]


def e_value(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the E-value of the risk ratio; both rates are above 0.

    It is the risk ratio that an unmeasured cause needs with the group and with rebooking, both, to be all
    of the difference (VanderWeele and Ding, 2017).
    """
    return _e_value(rebooked_a * users_b / (users_a * rebooked_b))


def e_value_limit(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the E-value of the risk ratio's 95 % limit that is nearer to 1; 1 where the interval holds 1."""
    low, high = _ratio_ends(rebooked_a, users_a, rebooked_b, users_b)
    return _e_value(min(max(1.0, low), high))


@lru_cache(maxsize=100_000)
def _wilson(rebooked: int, users: int) -> tuple[float, float]:
    interval = stats.binomtest(rebooked, users).proportion_ci(CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def _newcombe_pp(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> float:
    """The lower end: a at its own lower end against b at its upper end (Newcombe, 1998, method 10)."""
    rate_a, rate_b = rebooked_a / users_a, rebooked_b / users_b
    below_a = rate_a - _wilson(rebooked_a, users_a)[0]
    above_b = _wilson(rebooked_b, users_b)[1] - rate_b
    return 100 * (rate_a - rate_b - sqrt(below_a**2 + above_b**2))


def _ratio_ends(rebooked_a: int, users_a: int, rebooked_b: int, users_b: int) -> tuple[float, float]:
    ratio = relative_risk(rebooked_a, users_a, rebooked_b, users_b)
    interval = ratio.confidence_interval(CONFIDENCE)
    return float(interval.low), float(interval.high)


def _e_value(ratio: float) -> float:
    # A ratio below 1 is read from the other side.
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))
