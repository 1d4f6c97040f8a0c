"""The smallest difference that two groups could show, whatever difference they do show."""

from math import sqrt

from scipy import optimize, stats

from include.mentoring.statistics.dispersion import MIN_EXPECTED, dispersion
from include.mentoring.statistics.mentors import Counts, expand

# Two-sided 5 %, and a power of 80 %.
Z_TEST = float(stats.norm.ppf(0.975))
Z_POWER = float(stats.norm.ppf(0.8))


def detectable_pp(users_a: int, rebooked_b: int, users_b: int) -> float:
    """Return the smallest difference, in percent points, that so many users show with 80 % power.

    It is how far the rate of a must be above the rate of b for a two-sided test at 5 % (Fleiss, Levin and
    Paik, Statistical Methods for Rates and Proportions, 2003, chapter 4, without correction for continuity).

    Returns:
        Points; 0 where no rate up to 100 % is enough, or where fewer than 5 users are expected in a cell, so
        that the normal approximation does not hold.
    """
    return _smallest_pp(users_a, rebooked_b / users_b, users_b)


def detectable_mentors_pp(
    hits_a: Counts, users_a: Counts, mentors_a: Counts, hits_b: Counts, users_b: Counts, mentors_b: Counts
) -> float:
    """Return the same with mentors as the unit; a group is as in `mentors`, of those that `dispersion` takes.

    Users of one mentor may be alike, so each group counts as its users over its design effect: its
    dispersion, or 1 where that is less. The normal distribution makes it a lower limit for few mentors.
    """
    worth_a, _ = _worth_and_rate(hits_a, users_a, mentors_a)
    worth_b, rate_b = _worth_and_rate(hits_b, users_b, mentors_b)
    return _smallest_pp(worth_a, rate_b, worth_b)


def _worth_and_rate(hits: Counts, users: Counts, mentors: Counts) -> tuple[float, float]:
    of_mentors = expand(hits, mentors), expand(users, mentors)
    hits_sum, users_sum = (int(numbers.sum()) for numbers in of_mentors)
    return users_sum / max(dispersion(*of_mentors), 1.0), hits_sum / users_sum


def _smallest_pp(users_a: float, rate_b: float, users_b: float) -> float:
    def beyond(difference: float) -> float:
        """How far the difference is above what the test needs: convex, below 0 near 0, so it has one root."""
        rate_a = min(rate_b + difference, 1.0)
        rate = (users_a * rate_a + users_b * rate_b) / (users_a + users_b)
        if_equal = sqrt(rate * (1 - rate) * (1 / users_a + 1 / users_b))
        if_not = sqrt(rate_a * (1 - rate_a) / users_a + rate_b * (1 - rate_b) / users_b)
        return difference - Z_TEST * if_equal - Z_POWER * if_not

    most = 1 - rate_b
    if most <= 0 or beyond(most) < 0:
        return 0.0
    smallest = float(optimize.brentq(beyond, 1e-12, most))
    rate = rate_b + smallest * users_a / (users_a + users_b)
    expected = min(users_a, users_b) * min(rate, 1 - rate)
    return 100 * smallest if expected >= MIN_EXPECTED else 0.0
