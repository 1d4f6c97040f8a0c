"""The head: an answer of a few words, how old the data are, and what changed."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import data_line, headline, is_stale, short_answers
from include.mentoring.report.results import Results

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}


@pytest.mark.parametrize(
    ("tiers", "said", "verdict"),
    [
        (REAL, "Top-tier users return more: 61.9 % against 24.4 %", "Yes."),
        (
            {"Gold": (40, 10), "Silver": (40, 20)},
            "No proof that top-tier users return more: 25.0 % against 50.0 %",
            "Not shown.",
        ),
        ({"Gold": (40, 10)}, "Only top-tier users so far: 25.0 % return", "Not shown."),
        ({"Unknown": (4, 1)}, "No user has had a session with a listed mentor yet", "Not shown."),
        ({}, "No user has had a session with a listed mentor yet", "Not shown."),
    ],
)
def test_the_headline_is_short(
    tiers: dict[str, tuple[int, int]], said: str, verdict: str, results: Callable[..., Results]
) -> None:
    """At most 12 words, from the numbers; the first answer agrees with it."""
    document = results(**tiers)
    assert headline(document) == said
    assert len(said.split()) <= 12
    assert short_answers(document)[0].verdict == verdict


def test_a_lower_rate_is_called_lower(results: Callable[..., Results]) -> None:
    """Not chance: the answer says what the figures say."""
    (found, _) = short_answers(results(Gold=(40, 10), Silver=(40, 20)))
    assert found.sentence.endswith("The top-tier rate is 25.0 points lower than the standard-tier one.")


def test_the_age_of_the_data_is_told(results: Callable[..., Results]) -> None:
    """Days from the end of the data to the publication; more than may be is stale."""
    document = results(**REAL)
    assert data_line(document) == "Data to 1 May 2031"
    assert not is_stale(document)
    document["publication"]["published_at"] = "2031-05-02T01:00:00+00:00"
    assert data_line(document) == "Data to 1 May 2031 · published on 2 May 2031 · 1 day old"
    assert not is_stale(document)
    document["publication"]["published_at"] = "2034-09-10T01:00:00+00:00"
    assert data_line(document).endswith("1,228 days old")
    assert is_stale(document)
