"""The reference model and the sample both give every figure of the contract."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.simulator.sample import write_sample
from tests.reference.history import TIERS
from tests.reference.measures import checks, churned, reliability
from tests.reference.reading import Reading, read_folder
from tests.reference.rebooking import by_group, rebooking, sensitivity
from tests.reference.statistics import compare, newcombe, ratio, wilson
from tests.support import real_figures

from .conftest import SAMPLE

REBOOKED = {
    ("sessions", "all"): ((26, 42), (22, 57), (0, 33)),
    ("sessions", "mature"): ((24, 39), (21, 54), (0, 29)),
    ("bookings", "all"): ((26, 42), (22, 57), (0, 33)),
    ("intent", "all"): ((26, 42), (25, 57), (0, 33)),
}
SENSITIVITY = {
    **real_figures.SENSITIVITY,
    "mean_of_mentors": tuple(zip(real_figures.MEAN_OF_MENTORS, (5, 7, 3), strict=True)),
}
RELIABILITY = dict(
    zip(real_figures.RELIABILITY_KEYS, zip(*real_figures.RELIABILITY.values(), strict=True), strict=True)
)
CHECKS = {
    "double_bookings": 7,
    "users_without_session": 9,
    "dormant_users": 10,
    "anomalies": {},
    "observation_end": datetime(2023, 7, 21, 2, 5, tzinfo=UTC),
}
RATIO_KEYS = ("risk_ratio_ci_low", "risk_ratio_ci_high", "e_value", "e_value_limit")
CHURNED = {"top_tier": 5, "standard_tier": 8}
WILSON = {
    (26, 42): (46.8, 75.0),
    (22, 57): (27.1, 51.6),
    (0, 33): (0, 10.4),
    (22, 90): (16.7, 34.2),
}


@pytest.fixture(params=["sample", "another seed", "real"])
def reading(request: pytest.FixtureRequest, tmp_path: Path) -> Reading:
    """The sample of the project, the sample of another seed, and the real delivery."""
    if request.param == "sample":
        return read_folder(SAMPLE)
    if request.param == "another seed":
        write_sample(tmp_path, seed=7)
        return read_folder(tmp_path)
    return read_folder(request.getfixturevalue("real_delivery"))


@pytest.mark.parametrize(("lens", "cohort"), REBOOKED)
def test_rebooked_and_users_per_tier(reading: Reading, lens: str, cohort: str) -> None:
    """Every lens gives the contract's counts, over all users and over the mature ones."""
    counts = by_group(rebooking(reading, lens, mature=cohort == "mature"))
    assert tuple(counts[tier] for tier in TIERS) == REBOOKED[lens, cohort]


@pytest.mark.parametrize("name", SENSITIVITY)
def test_other_readings(reading: Reading, name: str) -> None:
    """Every variant of the sensitivity table gives the contract's counts."""
    counts = sensitivity(reading)[name]
    assert tuple((round(counts[tier][0], 1), counts[tier][1]) for tier in TIERS) == SENSITIVITY[name]


def test_reliability(reading: Reading) -> None:
    """Every column of the reliability table gives the contract's counts."""
    table = reliability(reading)
    assert {name: tuple(table[tier][name] for tier in TIERS) for name in RELIABILITY} == RELIABILITY


def test_checks(reading: Reading) -> None:
    """The figures over all tiers are the contract's, and there is one orphan user."""
    found = checks(reading)
    assert len(found.pop("orphan_users")) == 1
    assert found == CHECKS


def test_churned(reading: Reading) -> None:
    """As many users with a session are churned as the contract says."""
    assert churned(reading) == CHURNED


def test_sizes(reading: Reading) -> None:
    """842 events, 155 user rows of which 5 are exact duplicates, 15 mentors."""
    history = reading.history
    assert (len(history.events), len(history.current_users), len(history.mentors[0].rows)) == (842, 150, 15)
    assert dict(history.duplicates) == {"users": 5}
    assert not history.rejected


@pytest.mark.parametrize("groups", real_figures.COMPARISONS)
def test_comparisons(reading: Reading, groups: tuple[str, str]) -> None:
    """Difference, ratio, their intervals, E-values and both p values are the contract's."""
    found = compare(reading, "sessions", *groups)
    assert found and found.is_exact
    low, high = newcombe(found.a, found.b)
    figures = {
        **{"difference_pp": found.difference_pp, "difference_ci_low_pp": low, "difference_ci_high_pp": high},
        **{"fisher_p": found.fisher_p, "mentor_permutation_p": found.permutation_p},
        "risk_ratio": found.risk_ratio,
        **dict(zip(RATIO_KEYS, ratio(found.a, found.b), strict=True)),
    }
    real_figures.assert_comparison(groups, figures)


@pytest.mark.parametrize("counts", WILSON)
def test_wilson(counts: tuple[int, int]) -> None:
    """Wilson's interval of the contract's counts has the contract's bounds."""
    assert tuple(round(bound, 1) for bound in wilson(*counts)) == WILSON[counts]
