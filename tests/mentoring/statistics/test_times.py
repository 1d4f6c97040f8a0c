"""The log-rank test: against SciPy's of two samples, and by hand for three."""

import numpy as np
import pytest
from scipy import stats

from include.mentoring.statistics.times import logrank_p

Times = list[tuple[int, bool]]


def sums(groups: list[Times]) -> tuple[list[float], list[float]]:
    """Return the arguments of the test: returns less expected ones by group, and their covariances."""
    differences, covariances = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    for time in {time for group in groups for time, is_return in group if is_return}:
        at_risk = np.array([sum(own >= time for own, _ in group) for group in groups])
        returns = np.array([sum(own == (time, True) for own in group) for group in groups])
        share, n, d = at_risk / at_risk.sum(), at_risk.sum(), returns.sum()
        differences += returns - d * share
        covariances += d * (n - d) / max(n - 1, 1) * (np.diag(share) - np.outer(share, share))
    return differences.tolist(), covariances.ravel().tolist()


def test_two_groups_are_tested_as_scipy_does() -> None:
    """Ties, and users who are observed no longer, included."""
    groups = [
        [(6, True), (13, True), (13, False), (21, True)],
        [(13, True), (30, False), (31, True), (31, False)],
    ]
    samples = [
        stats.CensoredData(
            uncensored=[time for time, is_return in group if is_return],
            right=[time for time, is_return in group if not is_return],
        )
        for group in groups
    ]
    # SciPy's variance is of the same ties, and its test has no continuity correction either.
    assert logrank_p(*sums(groups)) == pytest.approx(stats.logrank(*samples).pvalue)


def test_three_groups_by_hand() -> None:
    """One user each: the first two return in turn.

    Expected are 1/3 + 0, 1/3 + 1/2 and 1/3 + 1/2; so 2/3, 1/6 and -5/6, with variances 2/9, 2/9 + 1/4 and
    covariance -1/9. The determinant is 5/54, and chi-squared (17/36 * 4/9 + 2/9 * 2/3 / 6 + 2/9 / 36) * 54/5
    is 13/5, of two degrees of freedom, so p is exp(-1.3).
    """
    differences, covariances = sums([[(1, True)], [(2, True)], [(3, False)]])
    assert differences == pytest.approx([2 / 3, 1 / 6, -5 / 6])
    assert logrank_p(differences, covariances) == pytest.approx(np.exp(-1.3))


def test_a_group_that_cannot_vary_is_left_out() -> None:
    """Whichever place it has: the test is that of the others."""
    groups = [[(1, True), (4, False)], [(2, True), (3, True)]]
    alone = logrank_p(*sums(groups))
    for place in range(3):
        with_one_more = [*groups[:place], [(0, False)], *groups[place:]]
        assert logrank_p(*sums(with_one_more)) == pytest.approx(alone)


def test_p_is_never_zero() -> None:
    """It underflows where no doubt is left."""
    assert 0 < logrank_p([1e6, -1e6], [1.0, -1.0, -1.0, 1.0]) < 1e-300
