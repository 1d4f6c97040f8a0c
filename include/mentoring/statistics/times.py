"""The time to the next session: do groups of users return at the same pace?"""

import numpy as np
from scipy import stats

from include.mentoring.statistics.rates import MIN_P


def logrank_p(differences: list[float], covariances: list[float]) -> float:
    """Return the p of the log-rank test that all groups return at the same pace, above 0.

    Groups without variance are left out: nobody returned while one of them was at risk with another group.

    Args:
        differences: returns of each group, less those expected of its share of the users at risk.
        covariances: of the differences, row by row; at least two groups have a variance.
    """
    matrix = np.array(covariances).reshape(len(differences), -1)
    # The differences add up to 0, so the last one says nothing more.
    groups = np.flatnonzero(np.diag(matrix) > 0)[:-1]
    free = np.array(differences)[groups]
    chi_squared = free @ np.linalg.solve(matrix[np.ix_(groups, groups)], free)
    return max(float(stats.chi2.sf(chi_squared, len(groups))), MIN_P)
