"""The tiers as one question: does the rate rise with them, and does it differ inside each stratum?"""

from math import erfc, sqrt

import numpy as np

from include.mentoring.statistics.rates import MIN_P


def trend_p(places: list[int], rebooked: list[int], users: list[int]) -> float:
    """Return the two-sided p of Cochran and Armitage's test that rates rise or fall with the place of a tier.

    1 where no rate can differ: all users rebooked, or none, or all are of one tier.

    Args:
        places: of the tiers, a step apart from one to the next.
        rebooked: users who rebooked, one number per tier in the same order.
        users: users, more than none, of the same tiers.
    """
    score, hits, n = np.array(places), np.array(rebooked), np.array(users)
    rate = hits.sum() / n.sum()
    variance = rate * (1 - rate) * ((n * score**2).sum() - (n * score).sum() ** 2 / n.sum())
    if variance <= 0:
        return 1.0
    z = (score * (hits - n * rate)).sum() / sqrt(variance)
    return max(erfc(abs(z) / sqrt(2)), MIN_P)


def mantel_haenszel_p(difference: float, variance: float) -> float:
    """Return the two-sided p, above 0, of Cochran, Mantel and Haenszel's test without continuity correction.

    Args:
        difference: over all strata, users of one group who rebooked less those expected of its share.
        variance: of the difference, above 0.
    """
    return max(erfc(abs(difference) / sqrt(2 * variance)), MIN_P)
