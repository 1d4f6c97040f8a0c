"""The reference reading and the sample both give every figure of the contract."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.mentoring.generator.sample import write_sample

from . import reference, reference_statistics

PROJECT = Path(__file__).resolve().parents[3]
SAMPLE = PROJECT / "include" / "data"
REAL = PROJECT.parent / "shared" / "data" / "mentoring"
TIERS = ("Gold", "Silver", "Bronze")

REBOOKED = {
    ("sessions", "all"): ((26, 42), (22, 57), (0, 33)),
    ("sessions", "mature"): ((24, 39), (21, 54), (0, 29)),
    ("bookings", "all"): ((26, 42), (22, 57), (0, 33)),
    ("intent", "all"): ((26, 42), (25, 57), (0, 33)),
}
SENSITIVITY = {
    "window_14d": ((26, 42), (22, 57), (0, 33)),
    "window_60d": ((26, 42), (22, 57), (0, 33)),
    "window_90d": ((26, 42), (22, 57), (0, 33)),
    "recorded_ends_only": ((24, 40), (19, 56), (0, 30)),
    "active_users_only": ((23, 37), (21, 52), (0, 30)),
    "first_request_not_cancelled": ((24, 40), (22, 52), (0, 33)),
    "per_session": ((49, 91), (22, 79), (0, 33)),
    "third_session": ((17, 42), (0, 57), (0, 33)),
    "mean_of_mentors": ((61.5, 5), (35.7, 7), (0.0, 3)),
}
RELIABILITY = {
    "requests": (99, 90, 36),
    "confirmed": (91, 79, 33),
    "cancelled": (7, 11, 3),
    "pending": (1, 0, 0),
    "attended": (91, 79, 33),
    "no_show": (0, 0, 0),
    "upcoming": (0, 0, 0),
    "rerequested_after_cancel": (5, 5, 0),
    "sessions": (91, 79, 33),
    "missing_end": (6, 4, 3),
    "median_minutes_to_confirm": (36, 30, 34),
}
CHECKS = {
    "double_bookings": 7,
    "users_without_session": 9,
    "dormant_users": 10,
    "anomalies": {},
    "churned": {"top_tier": 5, "standard_tier": 8},
    "observation_end": datetime(2023, 7, 21, 2, 5, tzinfo=UTC),
}
WILSON = {
    (26, 42): (46.8, 75.0),
    (22, 57): (27.1, 51.6),
    (0, 33): (0, 10.4),
    (22, 90): (16.7, 34.2),
}


@pytest.fixture(params=["sample", "another seed", "real"])
def delivery(request: pytest.FixtureRequest, tmp_path: Path) -> reference.Delivery:
    """The sample as it lies in the project, as another seed makes it, and the real delivery."""
    if request.param == "sample":
        return reference.read(SAMPLE)
    if request.param == "another seed":
        write_sample(tmp_path, seed=7)
        return reference.read(tmp_path)
    if not REAL.is_dir():
        pytest.skip("the real delivery is not beside the project (../shared/data/mentoring)")
    return reference.read(REAL)


@pytest.mark.parametrize(("lens", "cohort"), REBOOKED)
def test_rebooked_and_users_per_tier(delivery: reference.Delivery, lens: str, cohort: str) -> None:
    """Every lens gives the contract's counts, over all users and over the mature ones."""
    users = reference.rebooking(delivery, lens, mature=cohort == "mature")
    assert tuple(reference.by_tier(delivery, users).values()) == REBOOKED[lens, cohort]


@pytest.mark.parametrize("reading", SENSITIVITY)
def test_other_readings(delivery: reference.Delivery, reading: str) -> None:
    """Every reading of the sensitivity table gives the contract's counts."""
    assert tuple(reference.sensitivity(delivery)[reading].values()) == SENSITIVITY[reading]


def test_reliability(delivery: reference.Delivery) -> None:
    """Every column of the reliability table gives the contract's counts."""
    table = reference.reliability(delivery)
    found = {name: tuple(table[tier][name] for tier in TIERS) for name in RELIABILITY}
    assert found == RELIABILITY


def test_checks(delivery: reference.Delivery) -> None:
    """The figures over all tiers are the contract's, and there is one orphan user."""
    checks = reference.checks(delivery)
    assert len(checks.pop("orphan_users")) == 1
    assert checks == CHECKS


def test_sizes(delivery: reference.Delivery) -> None:
    """842 events, 155 user rows, 150 users, 15 mentors."""
    sizes = (len(delivery.events), delivery.user_rows, len(delivery.users), len(delivery.tiers))
    assert sizes == (842, 155, 150, 15)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"Gold"}, {"Silver", "Bronze"}, (37.5, 2.53, 0.000074, 0.0067)),
        ({"Gold"}, {"Silver"}, (23.3, 1.60, 0.026314, 0.0076)),
    ],
)
def test_comparisons(
    delivery: reference.Delivery, a: set[str], b: set[str], expected: tuple[float, ...]
) -> None:
    """Difference, risk ratio, Fisher p and the permutation p over mentors are the contract's."""
    found = reference_statistics.comparison(delivery, a, b)
    rounded = [round(value, digits) for value, digits in zip(found.values(), (1, 2, 6, 4), strict=True)]
    assert tuple(rounded) == expected


@pytest.mark.parametrize("counts", WILSON)
def test_wilson(counts: tuple[int, int]) -> None:
    """Wilson's interval of the contract's counts has the contract's bounds."""
    assert tuple(round(bound, 1) for bound in reference_statistics.wilson(*counts)) == WILSON[counts]
