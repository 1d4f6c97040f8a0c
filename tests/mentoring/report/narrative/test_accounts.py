"""Whether account status agrees with rebooking is computed, and too few users are called so."""

from collections.abc import Callable
from typing import Any

import pytest

from include.mentoring.report.narrative import accounts
from include.mentoring.report.results import Results

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}


@pytest.mark.parametrize(
    ("arguments", "sentences"),
    [
        pytest.param(
            {**REAL, "figures": {"churned": {"top_tier": 5, "standard_tier": 8}}},
            [
                "Churned accounts: 5 of 42 (11.9 %) of the users who began with a top-tier mentor, 8 of 90"
                " (8.9 %) of those who began with a standard-tier mentor.",
                "That is a difference of 3.0 points (95 % interval −7.2 to 16.8): too uncertain to say"
                " whether account status agrees with rebooking.",
            ],
            id="real",
        ),
        pytest.param(
            {**REAL, "figures": {"churned": {"top_tier": 20, "standard_tier": 8}}},
            [
                "Churned accounts: 20 of 42 (47.6 %) of the users who began with a top-tier mentor, 8 of 90"
                " (8.9 %) of those who began with a standard-tier mentor.",
                "That is a difference of 38.7 points (95 % interval 22.5 to 54.0): account status does not"
                " agree with rebooking. Users of top-tier mentors have the higher rebooking rate but also the"
                " higher share of churned accounts.",
            ],
            id="does not agree",
        ),
        pytest.param(
            {**REAL, "figures": {"churned": {"top_tier": 2, "standard_tier": 38}}},
            [
                "Churned accounts: 2 of 42 (4.8 %) of the users who began with a top-tier mentor, 38 of 90"
                " (42.2 %) of those who began with a standard-tier mentor.",
                "That is a difference of −37.5 points (95 % interval −48.3 to −22.8): account status agrees"
                " with rebooking. Users of top-tier mentors have the higher rebooking rate and the lower"
                " share of churned accounts.",
            ],
            id="agrees",
        ),
        pytest.param(
            {"Gold": (40, 10), "Silver": (40, 30), "figures": {"churned": {"top_tier": 31}}},
            [
                "Churned accounts: 31 of 40 (77.5 %) of the users who began with a top-tier mentor, 0 of 40"
                " (0.0 %) of those who began with a standard-tier mentor.",
                "That is a difference of 77.5 points (95 % interval 60.1 to 87.7): account status agrees with"
                " rebooking. Users of standard-tier mentors have the higher rebooking rate and the lower"
                " share of churned accounts.",
            ],
            id="agrees the other way",
        ),
        pytest.param(
            {
                "Gold": (1000, 301),
                "Silver": (1000, 300),
                "figures": {"churned": {"top_tier": 100, "standard_tier": 150}},
            },
            [
                "Churned accounts: 100 of 1,000 (10.0 %) of the users who began with a top-tier mentor, 150"
                " of 1,000 (15.0 %) of those who began with a standard-tier mentor.",
                "That is a difference of −5.0 points (95 % interval −7.9 to −2.1): too uncertain to say"
                " whether account status agrees with rebooking.",
            ],
            id="rates that could be equal",
        ),
        pytest.param(
            {
                "Gold": (40, 30),
                "Silver": (80, 20),
                "figures": {"churned": {"top_tier": 10, "standard_tier": 20}},
            },
            [
                "Churned accounts: 10 of 40 (25.0 %) of the users who began with a top-tier mentor, 20 of 80"
                " (25.0 %) of those who began with a standard-tier mentor.",
                "That is a difference of 0.0 points (95 % interval −15.1 to 17.3): too uncertain to say"
                " whether account status agrees with rebooking.",
            ],
            id="equal shares",
        ),
        pytest.param(
            {"Gold": (40, 10), "Silver": (80, 20), "figures": {"churned": {"top_tier": 30}}},
            [
                "Churned accounts: 30 of 40 (75.0 %) of the users who began with a top-tier mentor, 0 of 80"
                " (0.0 %) of those who began with a standard-tier mentor.",
                "That is a difference of 75.0 points (95 % interval 59.1 to 85.8); both groups return at"
                " the same rate, so account status has nothing to agree with.",
            ],
            id="equal rates",
        ),
        pytest.param(
            {"Gold": (29, 10), "Silver": (30, 20)},
            [
                "Churned accounts: 0 of 29 (0.0 %) of the users who began with a top-tier mentor, 0 of 30"
                " (0.0 %) of those who began with a standard-tier mentor.",
                "There are only 29 top-tier users (fewer than 30): too few to say whether account status"
                " agrees with rebooking.",
            ],
            id="too few",
        ),
        pytest.param(
            {"Gold": (29, 10)},
            ["Account status cannot be compared with rebooking without users in both groups."],
            id="one group",
        ),
    ],
)
def test_agreement_is_computed(
    arguments: dict[str, Any], sentences: list[str], results: Callable[..., Results]
) -> None:
    """The category that returns more should have churned less, beyond the interval of the difference."""
    assert accounts(results(**arguments)) == sentences
