"""The tiers as one question: against SciPy's chi-squared test of two groups, and by hand."""

import pytest
from scipy import stats

from include.mentoring.statistics.tiers import mantel_haenszel_p, trend_p


def test_trend_of_two_groups_is_their_chi_squared_test() -> None:
    """Of two groups a trend is a difference: the test without a continuity correction."""
    table = [[26, 22], [42 - 26, 57 - 22]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert trend_p([0, 1], [26, 22], [42, 57]) == pytest.approx(expected)


def test_trend_by_hand() -> None:
    """1, 2 and 3 of 4: 8 users on 4 each side of the middle, z squared is 2 over 12/12 = 2; p = 0.157."""
    assert trend_p([0, 1, 2], [1, 2, 3], [4, 4, 4]) == pytest.approx(stats.chi2.sf(2, 1))
    assert trend_p([0, 1, 2], [3, 2, 1], [4, 4, 4]) == pytest.approx(stats.chi2.sf(2, 1))


def test_trend_follows_the_places_and_not_their_origin() -> None:
    """A step is a step wherever it begins; two steps are more than one."""
    counts = [0, 22, 26], [33, 57, 42]
    assert trend_p([5, 6, 7], *counts) == pytest.approx(trend_p([0, 1, 2], *counts))
    assert trend_p([0, 1, 3], *counts) != pytest.approx(trend_p([0, 1, 2], *counts))


def test_rates_that_cannot_differ_have_no_trend() -> None:
    """Everybody, nobody, or one tier: p is 1; it is never 0."""
    assert (
        trend_p([0, 1, 2], [3, 4, 5], [3, 4, 5])
        == trend_p([0, 1], [0, 0], [3, 4])
        == trend_p([2], [1], [3])
        == 1
    )
    assert 0 < trend_p([0, 1], [0, 10**6], [10**6, 10**6]) < 1e-300


def test_strata_by_hand_and_by_scipy() -> None:
    """Of one stratum it is chi-squared times (n - 1) / n: 26 of 42 and 22 of 90 are 10.73 above 15.27."""
    table = [[26, 22], [42 - 26, 90 - 22]]
    squared = stats.chi2_contingency(table, correction=False).statistic * 131 / 132
    difference, variance = 26 - 42 * 48 / 132, 42 * 90 * 48 * 84 / (132**2 * 131)
    assert difference == pytest.approx(10.73, abs=0.005)
    assert mantel_haenszel_p(difference, variance) == pytest.approx(stats.chi2.sf(squared, 1))
    assert mantel_haenszel_p(-difference, variance) == mantel_haenszel_p(difference, variance)


def test_strata_that_do_not_differ_have_p_1_and_no_p_is_0() -> None:
    """It underflows where no doubt is left."""
    assert mantel_haenszel_p(0, 2.5) == 1
    assert 0 < mantel_haenszel_p(1e6, 1.0) < 1e-300
