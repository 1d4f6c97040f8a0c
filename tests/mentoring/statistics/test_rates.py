"""Rates of one group and of two: the contract's figures, formulas by hand, and SciPy's own."""

from collections.abc import Iterator
from math import exp, log, sqrt

import pytest

from include.mentoring.statistics.rates import (
    e_value,
    e_value_limit,
    fisher_p,
    limit_of_none_pct,
    newcombe_high_pp,
    newcombe_low_pp,
    risk_ratio_high,
    risk_ratio_low,
    wilson_high_pct,
    wilson_low_pct,
)
from tests.reference import statistics as reference

# Rebooked and users of two groups, and their figures in docs/definitions.md.
TOP_AND_STANDARD = (26, 42, 22, 90)
GOLD_AND_SILVER = (26, 42, 22, 57)
SILVER_AND_BRONZE = (22, 57, 0, 33)


def tables() -> Iterator[tuple[int, int, int, int]]:
    """Yield every table of two groups of up to five users, and some larger ones."""
    sizes = [(n_a, n_b) for n_a in range(1, 6) for n_b in range(1, 6)]
    for n_a, n_b in sizes:
        yield from ((hits_a, n_a, hits_b, n_b) for hits_a in range(n_a + 1) for hits_b in range(n_b + 1))
    yield from [(26, 42, 22, 90), (26, 42, 22, 57), (22, 57, 0, 33), (300, 1000, 250, 1000)]


@pytest.mark.parametrize(
    ("rebooked", "users", "low", "high"),
    [(26, 42, 46.8, 75.0), (22, 57, 27.1, 51.6), (0, 33, 0.0, 10.4), (22, 90, 16.7, 34.2)],
)
def test_intervals_are_the_contracts(rebooked: int, users: int, low: float, high: float) -> None:
    """Wilson's 95 % interval of the table in docs/definitions.md, in percent."""
    assert round(wilson_low_pct(rebooked, users), 1) == low
    assert round(wilson_high_pct(rebooked, users), 1) == high


def test_intervals_are_wilsons() -> None:
    """The ends are those of the formula by hand, for every rate of up to 60 users and of a million."""
    rates = [(hits, n) for n in range(1, 61) for hits in range(n + 1)]
    for hits, n in [*rates, (1, 1_000_000), (500_000, 1_000_000)]:
        ends = wilson_low_pct(hits, n), wilson_high_pct(hits, n)
        assert ends == pytest.approx(reference.wilson(hits, n), abs=1e-9), (hits, n)
        assert 0 <= ends[0] <= 100 * hits / n <= ends[1] <= 100, (hits, n)


def test_fishers_p_is_the_contracts() -> None:
    """Of docs/definitions.md: top against standard 7.4e-5, Gold against Silver 0.026."""
    assert f"{fisher_p(26, 42, 22, 90):.1e}" == "7.4e-05"
    assert f"{fisher_p(26, 42, 22, 57):.3f}" == "0.026"


def test_fishers_p_is_two_sided() -> None:
    """It is the sum by hand over the tables that are no likelier, whichever group has the higher rate."""
    for table in tables():
        hits_a, n_a, hits_b, n_b = table
        assert fisher_p(*table) == pytest.approx(reference.fisher(*table), rel=1e-9), table
        assert fisher_p(*table) == pytest.approx(fisher_p(hits_b, n_b, hits_a, n_a), rel=1e-9), table


def test_no_p_is_zero() -> None:
    """The exact sum of large tables is smaller than any double."""
    assert 0 < fisher_p(900_000, 1_000_000, 100_000, 1_000_000) < 1e-300


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [(TOP_AND_STANDARD, 19.46, 52.66), (GOLD_AND_SILVER, 3.4, 40.8), (SILVER_AND_BRONZE, 23.0, 51.6)],
)
def test_interval_of_the_difference_is_newcombes(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    """The contract's figures; the groups swapped, it is the same interval from the other side."""
    digits = len(str(low).partition(".")[2])
    assert (round(newcombe_low_pp(*table), digits), round(newcombe_high_pp(*table), digits)) == (low, high)
    swapped = (*table[2:], *table[:2])
    assert newcombe_low_pp(*swapped) == -newcombe_high_pp(*table)
    assert newcombe_high_pp(*swapped) == -newcombe_low_pp(*table)


def test_newcombes_own_example() -> None:
    """Newcombe (1998), table II, case (a): 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339 by method 10."""
    ends = newcombe_low_pp(56, 70, 48, 80), newcombe_high_pp(56, 70, 48, 80)
    assert ends == pytest.approx((5.24, 33.39), abs=0.005)


@pytest.mark.parametrize(
    ("table", "low", "high", "e", "e_limit"),
    [(TOP_AND_STANDARD, 1.64, 3.91, 4.5, 2.67), (GOLD_AND_SILVER, 1.07, 2.40, 2.59, 1.35)],
)
def test_interval_of_the_ratio_is_of_its_logarithm(
    table: tuple[int, int, int, int], low: float, high: float, e: float, e_limit: float
) -> None:
    """The contract's figures, and the formula by hand."""
    found = risk_ratio_low(*table), risk_ratio_high(*table)
    assert found == pytest.approx((low, high), abs=0.005)
    hits_a, n_a, hits_b, n_b = table
    ratio, half = hits_a * n_b / (n_a * hits_b), 1.96 * sqrt(1 / hits_a - 1 / n_a + 1 / hits_b - 1 / n_b)
    assert found == pytest.approx((exp(log(ratio) - half), exp(log(ratio) + half)), rel=1e-4)
    assert (e_value(*table), e_value_limit(*table)) == pytest.approx((e, e_limit), abs=0.005)


def test_e_value_by_hand() -> None:
    """A ratio of 2 has 2 + the root of 2; one of a half the same; a limit on the other side of 1 has 1."""
    assert e_value(40, 100, 20, 100) == pytest.approx(2 + sqrt(2))
    assert e_value(20, 100, 40, 100) == pytest.approx(2 + sqrt(2))
    assert e_value(5, 10, 5, 10) == 1
    assert e_value_limit(20, 100, 40, 100) == pytest.approx(e_value_limit(40, 100, 20, 100))
    assert 1 < e_value_limit(40, 100, 20, 100) < e_value(40, 100, 20, 100)
    assert e_value_limit(3, 10, 2, 10) == e_value_limit(2, 10, 3, 10) == 1


def test_limit_of_none_is_exact() -> None:
    """The rate at which nobody of n has a chance of 5 %: by hand, about 3 of n, and 8.7 % of 33."""
    assert round(limit_of_none_pct(33), 1) == 8.7
    for users in (1, 2, 33, 1_000):
        assert limit_of_none_pct(users) == pytest.approx(100 * (1 - 0.05 ** (1 / users)))
    assert limit_of_none_pct(1_000) == pytest.approx(0.3, abs=0.001)
