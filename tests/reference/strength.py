"""How much the comparisons can show, without SciPy: dispersion of mentors, detectable differences, strata."""

from collections.abc import Callable, Iterable
from functools import cache
from math import erfc, exp, gamma, sqrt
from random import Random

from .history import TIERS
from .reading import Reading
from .rebooking import Followed, rebooking
from .statistics import DRAWS, Counts, Z, total

FEW_EXPECTED = 5
# Of the normal distribution: 80 % lie below.
Z_POWER = 0.8416212335729143


def can_vary(mentors: list[Counts]) -> bool:
    """True for more than one mentor, and a rate between 0 and 100 %."""
    rebooked, users = total(mentors)
    return len(mentors) > 1 and 0 < rebooked < users


def dispersion(mentors: list[Counts]) -> float:
    """Returns chi-squared of the mentors' rates over its degrees of freedom."""
    rebooked, users = total(mentors)
    rate = rebooked / users
    squares = sum((hits - n * rate) ** 2 / n for hits, n in mentors)
    return squares / (rate * (1 - rate)) / (len(mentors) - 1)


def dispersion_p(mentors: list[Counts]) -> tuple[float, bool]:
    """Returns how often chance makes the mentors differ as much, and whether that was not drawn."""
    rebooked, users = total(mentors)
    if min(n for _, n in mentors) * min(rebooked, users - rebooked) / users >= FEW_EXPECTED:
        return _chi_squared_p(dispersion(mentors) * (len(mentors) - 1), len(mentors) - 1), True
    return _drawn_p(tuple(mentors)), False


def _chi_squared_p(value: float, freedom: int) -> float:
    """From one degree of freedom, or two, by two at a time."""
    p, first = (erfc(sqrt(value / 2)), 1) if freedom % 2 else (exp(-value / 2), 2)
    return p + sum(
        (value / 2) ** (own / 2) * exp(-value / 2) / gamma(own / 2 + 1) for own in range(first, freedom, 2)
    )


@cache
def _drawn_p(mentors: tuple[Counts, ...]) -> float:
    """Users are given to the mentors at random, as many to each as it has."""
    random = Random(1)
    rebooked, users = total(mentors)
    outcomes = [place < rebooked for place in range(users)]
    own = dispersion([*mentors]) * (1 - 1e-9)
    as_large = 0
    for _ in range(DRAWS):
        random.shuffle(outcomes)
        place, drawn = 0, []
        for _, n in mentors:
            drawn.append((sum(outcomes[place : place + n]), n))
            place += n
        as_large += dispersion(drawn) >= own
    return as_large / DRAWS


def detectable(a: float, b: float, rate: float) -> float | None:
    """Returns the smallest difference that so many users show; None where there is none, or users are few."""
    low, high = 0.0, 1 - rate
    if rate == 1 or not _is_shown(a, b, rate, high):
        return None
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if _is_shown(a, b, rate, middle) else (middle, high)
    pooled = (a * (rate + high) + b * rate) / (a + b)
    return 100 * high if min(a, b) * min(pooled, 1 - pooled) >= FEW_EXPECTED else None


def _is_shown(a: float, b: float, rate: float, difference: float) -> bool:
    other = min(1.0, rate + difference)
    pooled = (a * other + b * rate) / (a + b)
    spreads = pooled * (1 - pooled) * (1 / a + 1 / b), other * (1 - other) / a + rate * (1 - rate) / b
    return difference > Z * sqrt(spreads[0]) + Z_POWER * sqrt(spreads[1])


def detectable_of_mentors(a: list[Counts], b: list[Counts]) -> float | None:
    """Returns the same with users who count less where those of a mentor are alike."""
    worth = [total(group)[1] / max(1, dispersion(group)) for group in (a, b)]
    rebooked, users = total(b)
    return detectable(*worth, rebooked / users)


def by_month(reading: Reading) -> tuple[float | None, float | None]:
    """Returns Mantel and Haenszel's odds ratio of Gold over months of the first session, and its p."""
    return _stratified(rebooking(reading).values(), lambda item: f"{item.first.at:%Y-%m}")


def by_company(reading: Reading) -> tuple[float | None, float | None]:
    """Returns the same over companies, of users who are in the export."""
    users = reading.history.current_users
    listed = [item for item in rebooking(reading).values() if item.first.user in users]
    return _stratified(listed, lambda item: users[item.first.user]["company_id"])


def _stratified(
    items: Iterable[Followed], stratum: Callable[[Followed], str]
) -> tuple[float | None, float | None]:
    strata: dict[str, list[tuple[bool, bool]]] = {}
    for item in items:
        if item.tier in TIERS:
            strata.setdefault(stratum(item), []).append((item.tier == "Gold", item.rebooked))
    above = below = difference = variance = 0.0
    for users in strata.values():
        n, gold, hits = len(users), sum(is_gold for is_gold, _ in users), sum(hit for _, hit in users)
        above += users.count((True, True)) * users.count((False, False)) / n
        below += users.count((True, False)) * users.count((False, True)) / n
        difference += users.count((True, True)) - gold * hits / n
        if n > 1:
            variance += gold * (n - gold) * hits * (n - hits) / (n * n * (n - 1))
    p = erfc(abs(difference) / sqrt(2 * variance)) if variance else None
    return above / below if below else None, p
