"""Who can still be won is counted, not listed, in a sentence."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import users_at_risk
from include.mentoring.report.results import Results


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ("0 users with", "have no booking")),
        (1, ("1 user with", "has no booking")),
        (1200, ("1,200 users with", "have no booking")),
    ],
)
def test_users_at_risk_are_counted(
    number: int, said: tuple[str, str], results: Callable[..., Results]
) -> None:
    """Whatever the number is, with the window of the run."""
    sentence = users_at_risk(results(figures={"at_risk": number}))[0]
    assert sentence == (
        f"{said[0]} an active account had the last session in the last 30 days of the data and {said[1]} that"
        " is pending or to come."
    )
