"""Permutation and bootstrap of mentors: against fractions, a direct bootstrap, and values by hand."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from include.mentoring.statistics import mentors as statistics
from include.mentoring.statistics.mentors import (
    cluster_high_pp,
    cluster_low_pp,
    mentor_permutation_is_bound,
    mentor_permutation_p,
    smallest_permutation_p,
)
from tests.reference import statistics as reference

Mentors = list[tuple[int, int]]  # rebooked, users

# Ten mentors, so 252 assignments.
FIVE: Mentors = [(3, 3), (4, 9), (4, 4), (5, 7), (1, 5)]
OTHER_FIVE: Mentors = [(0, 3), (2, 9), (1, 4), (2, 7), (3, 5)]


@pytest.fixture(autouse=True)
def _computed_again() -> None:
    """Results are kept, but a test may change the number of draws."""
    statistics._permutation.cache_clear()
    statistics._cluster_ends.cache_clear()


def lists(a: Mentors, b: Mentors) -> list[list[int]]:
    """Return the mentors as the functions take them: kinds of them, some kinds in two parts."""
    found = []
    for side in (a, b):
        kinds = Counter((pair, place % 2) for place, pair in enumerate(side))
        found += [[hits for (hits, _), _ in kinds], [users for (_, users), _ in kinds], [*kinds.values()]]
    return found


def p_of(a: Mentors, b: Mentors) -> float:
    """Return the p over mentors that the module finds."""
    return mentor_permutation_p(*lists(a, b))


def ends_of(a: Mentors, b: Mentors) -> tuple[float, float]:
    """Return the ends of the interval over mentors."""
    return cluster_low_pp(*lists(a, b)), cluster_high_pp(*lists(a, b))


def exact_p(a: Mentors, b: Mentors) -> float:
    """Return the p over every assignment, by fractions, in which ties are ties."""
    mentors = a + b

    def gap(chosen: tuple[int, ...]) -> Fraction:
        rates = []
        for is_chosen in (True, False):
            side = [pair for place, pair in enumerate(mentors) if (place in chosen) is is_chosen]
            rates.append(Fraction(sum(hits for hits, _ in side), sum(users for _, users in side)))
        return abs(rates[0] - rates[1])

    seen = gap(tuple(range(len(a))))
    gaps = [gap(chosen) for chosen in combinations(range(len(mentors)), len(a))]
    return sum(each >= seen for each in gaps) / len(gaps)


def worlds(number: int, fewest: int) -> Iterator[tuple[Mentors, Mentors]]:
    """Yield small worlds of two groups of mentors, with few different counts and so with many ties."""
    random = Random(7)
    for _ in range(number):
        sides = []
        for _ in range(2):
            users = [random.choice([1, 2, 2, 3, 5, 8]) for _ in range(random.randint(fewest, 4))]
            sides.append([(random.randint(0, n), n) for n in users])
        yield sides[0], sides[1]


def test_every_assignment_is_tried_in_a_small_world() -> None:
    """The share of assignments with a gap at least as large, ties among them, the data's own included."""
    for a, b in worlds(200, fewest=2):
        assert p_of(a, b) == pytest.approx(exact_p(a, b), abs=1e-12), (a, b)


def test_one_mentor_is_a_group() -> None:
    """A group of a single mentor is dealt like any other; two mentors always differ as much."""
    assert p_of([(1, 1)], [(0, 1)]) == 1
    assert p_of([(5, 6)], [(0, 4), (1, 5), (2, 3)]) == exact_p([(5, 6)], [(0, 4), (1, 5), (2, 3)]) == 0.25
    assert p_of([(0, 4), (1, 5), (2, 3)], [(5, 6)]) == 0.25


def test_reference_finds_the_same() -> None:
    """The second reading of the contract, which lists the assignments itself, agrees where both list them."""
    assert p_of(FIVE, OTHER_FIVE) == pytest.approx(reference.permutation(FIVE, OTHER_FIVE)[0], abs=1e-12)


def test_gap_is_of_pooled_rates() -> None:
    """A mentor of many users weighs as many: by the mean of the mentors' rates this p would be 1."""
    a, b = [(0, 1), (90, 100)], [(1, 1), (0, 10)]
    assert p_of(a, b) == exact_p(a, b) < 1


def test_p_over_mentors_is_two_sided() -> None:
    """Which group has the higher rate does not matter, and no gap at all is never rare."""
    few, many = [(0, 4), (1, 5)], [(3, 4), (4, 4), (2, 3)]
    assert p_of(few, many) == pytest.approx(p_of(many, few)) == pytest.approx(exact_p(few, many))
    assert p_of([(1, 2), (2, 4)], [(3, 6), (1, 2)]) == 1


def test_order_of_mentors_is_nothing_to_the_assignments() -> None:
    """Every assignment has no order: each group's mentors may come in any."""
    p = p_of(FIVE, OTHER_FIVE)
    random = Random(3)
    for _ in range(5):
        a, b = random.sample(FIVE, 5), random.sample(OTHER_FIVE, 5)
        assert p_of(a, b) == pytest.approx(p, abs=1e-12)


def test_assignments_are_tried_up_to_100_000() -> None:
    """The contract's numbers: at most 100,000 assignments are tried, else 10,000 are drawn."""
    assert (statistics.MAX_ASSIGNMENTS, statistics.DRAWS) == (100_000, 10_000)


@pytest.mark.parametrize(("most", "is_every_one"), [(253, True), (252, True), (251, False)])
def test_more_assignments_than_that_are_drawn(
    monkeypatch: pytest.MonkeyPatch, most: int, is_every_one: bool
) -> None:
    """Up to the limit all assignments are tried; above it draws are, plus the data's own counts."""
    monkeypatch.setattr(statistics, "MAX_ASSIGNMENTS", most)
    monkeypatch.setattr(statistics, "DRAWS", 200)
    p = p_of(FIVE, OTHER_FIVE)
    assert (p == pytest.approx(exact_p(FIVE, OTHER_FIVE), abs=1e-12)) is is_every_one
    of_draws = p * 201
    assert (of_draws == pytest.approx(round(of_draws), abs=1e-9)) is not is_every_one


def test_draws_are_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same p, and another seed another one."""
    monkeypatch.setattr(statistics, "MAX_ASSIGNMENTS", 251)
    monkeypatch.setattr(statistics, "DRAWS", 200)
    assert p_of(FIVE, OTHER_FIVE) == p_of(FIVE, OTHER_FIVE)
    of_seeds = set()
    for seed in range(5):
        monkeypatch.setattr(statistics, "SEED", seed)
        statistics._permutation.cache_clear()
        of_seeds.add(p_of(FIVE, OTHER_FIVE))
    assert len(of_seeds) > 1


def test_draws_come_close() -> None:
    """184,756 assignments are too many: what is drawn lies within four standard errors of all of them."""
    a, b = FIVE * 2, OTHER_FIVE * 2
    # The assignments of ten pairs of twins, by how often each number of users and of rebooked is chosen.
    ways = {(0, 0, 0): 1}
    for hits, users in a + b:
        for (size, all_hits, all_users), number in list(ways.items()):
            key = size + 1, all_hits + hits, all_users + users
            ways[key] = ways.get(key, 0) + number
    hits_of_all, users_of_all = (sum(pair[place] for pair in a + b) for place in (0, 1))

    def gap(hits: int, users: int) -> Fraction:
        return abs(Fraction(hits, users) - Fraction(hits_of_all - hits, users_of_all - users))

    seen = gap(sum(hits for hits, _ in a), sum(users for _, users in a))
    gaps = [(gap(hits, users), number) for (size, hits, users), number in ways.items() if size == len(a)]
    assert sum(number for _, number in gaps) == 184_756
    exact = sum(number for each, number in gaps if each >= seen) / 184_756
    assert p_of(a, b) == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 10_000) ** 0.5)
    assert p_of(a, b) != exact


def test_thousands_of_mentors_fit_in_memory() -> None:
    """Draws are held in batches: those of 5,000 mentors at once would be more than a gigabyte."""
    random = Random(1)
    users = [random.randint(1, 9) for _ in range(5_000)]
    mentors = [(random.randint(0, n), n) for n in users]
    tracemalloc.start()
    try:
        p = p_of(mentors[:2_000], mentors[2_000:])
        low, high = ends_of(mentors[:2_000], mentors[2_000:])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 0 < p <= 1
    assert low < high
    assert peak < 400 * 2**20


def test_p_of_draws_may_be_a_bound() -> None:
    """Where no draw has as large a gap, p is one of 10,001 and only a bound; an exact p never is."""
    apart = [(9, 9)] * 10, [(0, 9)] * 10
    assert p_of(*apart) == 1 / 10_001 == smallest_permutation_p(10, 10)
    assert mentor_permutation_is_bound(*lists(*apart)) == 1
    assert mentor_permutation_is_bound(*lists(FIVE * 2, OTHER_FIVE * 2)) == 0
    assert mentor_permutation_is_bound(*lists([(9, 9)] * 2, [(0, 9)] * 3)) == 0


def test_smallest_p_is_that_of_the_largest_gap() -> None:
    """1 over the number of assignments; 2 over it for groups of one size, whose mirror image counts too."""
    assert smallest_permutation_p(2, 2) == pytest.approx(1 / 3)
    assert smallest_permutation_p(3, 7) == 1 / 120
    assert smallest_permutation_p(1, 1) == 1
    for of_a, of_b in [(1, 1), (1, 3), (2, 2), (2, 3), (3, 3), (4, 2)]:
        assert smallest_permutation_p(of_a, of_b) == pytest.approx(p_of([(5, 5)] * of_a, [(0, 5)] * of_b))


def test_bootstrap_draws_mentors_of_each_group() -> None:
    """A group of two mentors has three rates: with both of them, and with one of them twice."""
    assert ends_of([(1, 1), (1, 1)], [(0, 1), (0, 1)]) == (100, 100)
    # Each of the two is drawn twice in a quarter of the draws: more than 2.5 %.
    assert ends_of([(4, 4), (0, 2)], [(0, 1), (0, 1)]) == (0, 100)
    assert ends_of([(0, 1), (0, 1)], [(4, 4), (0, 2)]) == (-100, 0)


def test_bootstrap_is_that_of_single_draws() -> None:
    """Drawing mentors one by one, in plain Python, gives the same ends within the error of the draws."""
    random = Random(5)
    differences = []
    for _ in range(10_000):
        drawn = [random.choices(side, k=len(side)) for side in (FIVE * 2, OTHER_FIVE * 2)]
        rates = [sum(hits for hits, _ in side) / sum(users for _, users in side) for side in drawn]
        differences.append(100 * (rates[0] - rates[1]))
    differences.sort()
    assert ends_of(FIVE * 2, OTHER_FIVE * 2) == pytest.approx((differences[249], differences[9_750]), abs=1.5)


def test_bootstrap_is_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same interval, another seed another one; the order of the mentors is nothing."""
    ends = ends_of(FIVE, OTHER_FIVE)
    statistics._cluster_ends.cache_clear()
    assert ends_of(FIVE[::-1], OTHER_FIVE[::-1]) == ends
    monkeypatch.setattr(statistics, "SEED", 1)
    statistics._cluster_ends.cache_clear()
    assert ends_of(FIVE, OTHER_FIVE) != ends
