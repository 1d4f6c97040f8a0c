"""Who can still be won is counted, not listed, in a sentence; so is where users are listed."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import users_at_risk, users_behind
from include.mentoring.report.results import Results
from tests.mentoring.report import published


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ("0 users with", "have no")),
        (1, ("1 user with", "has no")),
        (1200, ("1,200 users with", "have no")),
    ],
)
def test_users_at_risk_are_counted(
    number: int, said: tuple[str, str], results: Callable[..., Results]
) -> None:
    """Whatever the number is, with the window of the run."""
    sentence = users_at_risk(results(figures={"at_risk": number}))[0]
    assert sentence == (
        f"{said[0]} an active account had their last session in the last 30 days of the data and {said[1]}"
        " pending or upcoming booking."
    )


@pytest.mark.parametrize(
    ("chances", "is_explained"), [([], False), ([None, 0.05], False), ([0.04, 60.0], True)]
)
def test_a_chance_that_is_printed_as_0_is_explained(
    chances: list[float | None], is_explained: bool, results: Callable[..., Results]
) -> None:
    """A share of few users is no proof that none can come back."""
    (row,) = published.rows({"Gold": (42, 26)}, at_risk=1)["rpt_users_at_risk"]
    rows = [row | {"user_id": f"u{pct}", "return_pct": pct} for pct in chances]
    said = users_at_risk(results(tables={"rpt_users_at_risk": rows}))
    assert any("A chance of 0.0 %" in sentence for sentence in said) is is_explained


def test_users_behind_the_rates_are_listed_or_asked_for(results: Callable[..., Results]) -> None:
    """Up to 300 in the files; above that by the query alone, and without a user there is nothing to list."""
    few = results(Gold=(300, 26))
    assert few["users"] == []
    assert users_behind(few)[0].startswith("The HTML and JSON files list each user with the row")
    many = results(Gold=(300, 26), Silver=(1, 0))
    assert many["users"] is None
    assert users_behind(many)[0].startswith("301 users are too many to list here (more than 300).")
    assert users_behind(results()) == []
