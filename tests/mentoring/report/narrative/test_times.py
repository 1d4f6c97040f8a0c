"""Times of day are doubted where the record gives reason to, and only there."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative.times import times
from include.mentoring.report.results import Results

NARROW = {"earliest_start_minute": 0, "latest_start_minute": 239}
ALIKE = {"shortest_minutes": 30.0, "longest_minutes": 30.0}
START = "ll 68 sessions start between 00:00 and 03:59 UTC"
LAST = "ll 65 sessions with a recorded end last exactly 30 minutes"
REST = "credible, and double bookings and minutes to confirm depend on them."


@pytest.mark.parametrize(
    ("limits", "sentences"),
    [
        (NARROW | ALIKE, [f"A{START} and a{LAST}: the times of day are not {REST}"]),
        (
            {"earliest_start_minute": 540, "latest_start_minute": 540},
            [f"All 68 sessions start at 09:00 UTC: the times of day may not be {REST}"],
        ),
        (NARROW, [f"A{START}: the times of day may not be {REST}"]),
        (ALIKE, [f"A{LAST}: the times of day may not be {REST}"]),
        ({"earliest_start_minute": 600, "latest_start_minute": 960}, []),
        ({"shortest_minutes": 30.0, "longest_minutes": 30.000001}, []),
    ],
)
def test_made_up_times_are_called_so(
    limits: dict, sentences: list[str], results: Callable[..., Results]
) -> None:
    """Six hours of starts are a day's work, and a microsecond is a difference."""
    assert times(results(Gold=(42, 26), figures={"limits": limits})) == sentences


@pytest.mark.parametrize(("users", "number"), [(29, 0), (30, 1), (32, 1), (33, 2)])
def test_few_sessions_prove_nothing(users: int, number: int, results: Callable[..., Results]) -> None:
    """29 sessions may well fall into few hours; of the sessions, three have no recorded end."""
    (*said,) = times(results(Gold=(users, 0), figures={"limits": NARROW | ALIKE}))
    assert sum(sentence.count("all ") + sentence.count("All ") for sentence in said) == number


def test_without_a_session_there_is_no_time_to_doubt(results: Callable[..., Results]) -> None:
    """No start has no minute of the day."""
    nothing = dict.fromkeys((*NARROW, *ALIKE))
    total = {"tier": "all", "is_total": True, "requests": 3, "sessions": 0, "missing_end": 0}
    assert times(results(figures={"limits": nothing}, tables={"rpt_reliability": [total]})) == []
