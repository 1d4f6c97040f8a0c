"""Dispersion of a group's mentors: by hand, over every table, and against the reading."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy import stats

from include.mentoring.statistics.dispersion import dispersion, dispersion_p, dispersion_p_is_bound
from include.mentoring.statistics.mentors import DRAWS
from tests.reference import strength

# Users who rebooked and users of each mentor.
SMALL = ([1, 2, 6, 3], [5, 4, 7, 8])
LARGE = ([10, 18, 12], [20, 20, 30])


def exact_p(rebooked: list[int], users: list[int]) -> float:
    """Return the share of all tables with the same totals that differ as much, each by its chance."""
    own = dispersion(rebooked, users) * (1 - 1e-9)
    found = 0
    for hits in product(*(range(n + 1) for n in users)):
        if sum(hits) == sum(rebooked) and dispersion([*hits], users) >= own:
            ways = 1
            for hit, n in zip(hits, users, strict=True):
                ways *= comb(n, hit)
            found += ways
    return found / comb(sum(users), sum(rebooked))


def test_dispersion_by_hand() -> None:
    """1 and 3 of 4: four cells are 1 off the 2 expected, so chi-squared is 2, of one degree of freedom."""
    assert dispersion([1, 3], [4, 4]) == pytest.approx(2)
    # 34 of the 70 tables: 0, 1, 3 or 4 of the first mentor.
    assert exact_p([1, 3], [4, 4]) == pytest.approx(34 / 70)
    assert dispersion_p([1, 3], [4, 4]) == pytest.approx(34 / 70, abs=0.02)


def test_mentors_who_are_all_alike_have_none() -> None:
    """Every table differs as much."""
    assert dispersion([2, 3, 1], [4, 6, 2]) == pytest.approx(0, abs=1e-12)
    assert dispersion_p([2, 3, 1], [4, 6, 2]) == 1


def test_p_of_few_users_is_drawn() -> None:
    """Near the exact one, the same every time, and a bound where nothing drawn is as large."""
    p = dispersion_p(*SMALL)
    assert p == pytest.approx(exact_p(*SMALL), abs=0.02)
    assert p == dispersion_p(*SMALL)
    assert dispersion_p_is_bound(*SMALL) == 0
    apart = ([0, 9, 0, 9], [9, 9, 9, 9])
    assert dispersion_p(*apart) == pytest.approx(1 / (DRAWS + 1))
    assert dispersion_p_is_bound(*apart) == 1


def test_p_of_many_users_is_of_chi_squared() -> None:
    """From 5 users expected in the smallest cell on; it is never 0 and no bound."""
    statistic = dispersion(*LARGE) * 2
    assert dispersion_p(*LARGE) == pytest.approx(stats.chi2.sf(statistic, 2), rel=1e-9)
    assert dispersion_p_is_bound(*LARGE) == 0
    at = ([4, 6], [10, 10])
    assert dispersion_p(*at) == pytest.approx(stats.chi2.sf(dispersion(*at), 1), rel=1e-9)
    # 4.5 expected: drawn, and so another p.
    below = ([3, 6], [9, 9])
    assert dispersion_p(*below) != pytest.approx(stats.chi2.sf(dispersion(*below), 1), rel=1e-3)
    far = ([0, 100_000], [100_000, 100_000])
    assert 0 < dispersion_p(*far) < 1e-300
    assert dispersion_p_is_bound(*far) == 0


@pytest.mark.parametrize("alike", [0, 12, 24])
def test_p_of_many_mentors_is_nearly_a_drawn_one(alike: int) -> None:
    """Of 120 mentors of 1 to 6 users, half of whom rebooked; all of the users of `alike` mentors did."""
    users = [1 + number % 6 for number in range(120)]
    rebooked = [n if number < alike else (n + number % 2) // 2 for number, n in enumerate(users)]
    table = np.array([rebooked, np.subtract(users, rebooked)])
    draws = stats.MonteCarloMethod(n_resamples=5_000, rng=np.random.default_rng(1))
    drawn = stats.chi2_contingency(table, correction=False, method=draws).pvalue
    assert dispersion_p(rebooked, users) == pytest.approx(drawn, abs=0.02)
    assert dispersion_p_is_bound(rebooked, users) == 0


@pytest.mark.parametrize(("users", "returns"), [(1, 60), (1, 33), (3, 1), (3, 359)])
def test_p_is_one_where_every_table_differs_as_much(users: int, returns: int) -> None:
    """Of 120 mentors: one user each, or all users but one alike."""
    rebooked = [min(users, max(0, returns - users * number)) for number in range(120)]
    assert dispersion_p(rebooked, [users] * 120) == 1
    assert dispersion_p_is_bound(rebooked, [users] * 120) == 0


@pytest.mark.parametrize("counts", [SMALL, LARGE, ([7, 2], [9, 30])])
def test_dispersion_is_that_of_the_reading(counts: tuple[list[int], list[int]]) -> None:
    """Statistic and p, computed without SciPy."""
    mentors = [*zip(*counts, strict=True)]
    assert dispersion(*counts) == pytest.approx(strength.dispersion(mentors))
    p, is_exact = strength.dispersion_p(mentors)
    assert dispersion_p(*counts) == pytest.approx(p, abs=1e-9 if is_exact else 0.062)
