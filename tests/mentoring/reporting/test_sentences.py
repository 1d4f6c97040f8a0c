"""The words follow the numbers: nothing is claimed that these figures do not show."""

from collections.abc import Callable

import pytest

from include.mentoring.reporting.results import read
from include.mentoring.reporting.sentences import headline

NOT_TESTED = "Whether the difference could be chance is not tested here."


@pytest.mark.parametrize(
    ("tiers", "sentences"),
    [
        pytest.param(
            {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)},
            [
                "Of the users who began with a top-tier mentor, 26 of 42 (61.90 %) had another session within"
                " 30 days; of those who began with a standard-tier mentor, 22 of 90 (24.44 %).",
                "That is 37.46 points more for top-tier mentors.",
                NOT_TESTED,
            ],
            id="better",
        ),
        pytest.param(
            {"Gold": (40, 10), "Silver": (40, 30)},
            [
                "Of the users who began with a top-tier mentor, 10 of 40 (25.00 %) had another session within"
                " 30 days; of those who began with a standard-tier mentor, 30 of 40 (75.00 %).",
                "That is 50.00 points less: these figures do not show that top-tier mentors bring users back"
                " more.",
                NOT_TESTED,
            ],
            id="worse",
        ),
        pytest.param(
            {"Gold": (30, 10), "Silver": (60, 20)},
            [
                "Of the users who began with a top-tier mentor, 10 of 30 (33.33 %) had another session within"
                " 30 days; of those who began with a standard-tier mentor, 20 of 60 (33.33 %).",
                "The two rates are equal to two decimals: these figures do not show that top-tier mentors do"
                " better.",
                NOT_TESTED,
            ],
            id="equal",
        ),
        pytest.param(
            {"Gold": (1_000_000, 500_001), "Silver": (1_000_000, 500_000)},
            [
                "Of the users who began with a top-tier mentor, 500001 of 1000000 (50.00 %) had another"
                " session within 30 days; of those who began with a standard-tier mentor, 500000 of 1000000"
                " (50.00 %).",
                "The two rates are equal to two decimals: these figures do not show that top-tier mentors do"
                " better.",
                NOT_TESTED,
            ],
            id="equal as printed",
        ),
        pytest.param(
            {"Gold": (29, 29), "Bronze": (30, 0)},
            [
                "Of the users who began with a top-tier mentor, 29 of 29 (100.00 %) had another session"
                " within 30 days; of those who began with a standard-tier mentor, 0 of 30 (0.00 %).",
                "That is 100.00 points more for top-tier mentors.",
                "With only 29 top-tier users (fewer than 30) the rates say little.",
                NOT_TESTED,
            ],
            id="too few of one",
        ),
        pytest.param(
            {"Gold": (2, 1), "Silver": (3, 1), "Bronze": (4, 0)},
            [
                "Of the users who began with a top-tier mentor, 1 of 2 (50.00 %) had another session within"
                " 30 days; of those who began with a standard-tier mentor, 1 of 7 (14.29 %).",
                "That is 35.71 points more for top-tier mentors.",
                "With only 2 top-tier and 7 standard-tier users (fewer than 30) the rates say little.",
                NOT_TESTED,
            ],
            id="too few of both",
        ),
        pytest.param(
            {"Silver": (60, 20), "Unknown": (5, 5)},
            [
                "Of the users who began with a standard-tier mentor, 20 of 60 (33.33 %) had another"
                " session within 30 days.",
                "No user's first session was with a mentor of the other category, so there is nothing to"
                " compare this with.",
            ],
            id="no top tier",
        ),
        pytest.param(
            {"Gold": (2, 2)},
            [
                "Of the users who began with a top-tier mentor, 2 of 2 (100.00 %) had another session within"
                " 30 days.",
                "No user's first session was with a mentor of the other category, so there is nothing to"
                " compare this with.",
                "With only 2 top-tier users (fewer than 30) the rates say little.",
            ],
            id="top tier only, and few",
        ),
        pytest.param(
            {"Unknown": (50, 20)},
            ["No user has had a session with a listed mentor, so there is no rate to report."],
            id="unlisted mentors only",
        ),
        pytest.param(
            {},
            ["No user has had a session with a listed mentor, so there is no rate to report."],
            id="no session",
        ),
    ],
)
def test_the_headline_says_what_the_numbers_say(
    tiers: dict[str, tuple[int, int]], sentences: list[str], publish: Callable[..., None]
) -> None:
    """Better, worse, equal, too few, one-sided or nothing at all: each is said as it is."""
    publish(**tiers)
    assert headline(read("a run")) == sentences
