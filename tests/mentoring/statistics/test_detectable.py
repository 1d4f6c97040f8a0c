"""The smallest difference that can be shown: published sample sizes, the power it has, and the reading."""

import numpy as np
import pytest
from scipy import stats

from include.mentoring.statistics.detectable import detectable_mentors_pp, detectable_pp
from tests.reference import strength

# Users who rebooked, users, and mentors with just these.
ALIKE = ([30], [50], [4])
APART = ([20, 24, 26, 30], [50] * 4, [1] * 4)


def power(users_a: int, rate_a: float, users_b: int, rate_b: float) -> float:
    """Return how often the two-sided test at 5 % finds a and b apart, over every pair of counts."""
    hits_a, hits_b = np.ix_(np.arange(users_a + 1), np.arange(users_b + 1))
    pooled = (hits_a + hits_b) / (users_a + users_b)
    error = np.sqrt(pooled * (1 - pooled) * (1 / users_a + 1 / users_b))
    is_found = np.abs(hits_a / users_a - hits_b / users_b) > 1.959964 * error
    chance = stats.binom.pmf(hits_a, users_a, rate_a) * stats.binom.pmf(hits_b, users_b, rate_b)
    return float(chance[is_found].sum())


def test_sample_size_by_hand() -> None:
    """50 % against 75 % needs (1.96 * 0.6847 + 0.8416 * 0.6614)² / 0.25² = 57.7 users a group."""
    assert detectable_pp(58, 29, 58) < 25 < detectable_pp(57, 29, 58)


@pytest.mark.parametrize(("a", "hits_b", "b"), [(42, 22, 90), (60, 30, 60), (150, 20, 100)])
def test_difference_is_shown_in_80_of_100(a: int, hits_b: int, b: int) -> None:
    """By the chance of every outcome, not by the normal distribution; a smaller one is shown less often."""
    difference = detectable_pp(a, hits_b, b) / 100
    assert power(a, hits_b / b + difference, b, hits_b / b) == pytest.approx(0.8, abs=0.03)
    assert power(a, hits_b / b + 0.8 * difference, b, hits_b / b) < 0.7


def test_no_difference_is_shown_of_few_users_or_of_a_full_rate() -> None:
    """0 where 100 % is not enough or where b begins, or where under 5 users are expected in a cell."""
    assert detectable_pp(5, 40, 50) == 0
    assert detectable_pp(500, 500, 500) == 0
    assert detectable_pp(9, 3, 9) == 0
    assert detectable_pp(90, 0, 90) == 0


def test_more_users_show_less() -> None:
    """A hundred times the users, about a tenth of the difference."""
    few, many = detectable_pp(100, 40, 100), detectable_pp(10_000, 4_000, 10_000)
    assert many == pytest.approx(few / 10, rel=0.05)


def test_mentors_whose_users_are_alike_show_less() -> None:
    """Those of b have a chi-squared of 4.16 over 3, so 200 users count as 144; those of a count in full."""
    assert detectable_mentors_pp(*ALIKE, *ALIKE) == detectable_pp(200, 120, 200)
    assert detectable_mentors_pp(*ALIKE, *APART) == pytest.approx(
        strength.detectable(200, 200 / (4.16 / 3), 0.5)
    )
    assert detectable_mentors_pp(*ALIKE, *APART) > detectable_pp(200, 100, 200)


@pytest.mark.parametrize("a", [3, 40, 700])
@pytest.mark.parametrize("b", [(0, 20), (1, 60), (30, 90), (599, 600), (7, 7)])
def test_difference_is_that_of_the_reading(a: int, b: tuple[int, int]) -> None:
    """Found by halving instead of SciPy's root."""
    assert detectable_pp(a, *b) == pytest.approx(strength.detectable(a, b[1], b[0] / b[1]) or 0, abs=1e-6)
