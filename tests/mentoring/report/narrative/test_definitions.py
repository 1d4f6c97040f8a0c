"""The definitions name the parameters in use, not their defaults."""

from collections.abc import Callable

from include.mentoring.report.narrative import definitions
from include.mentoring.report.results import Results
from include.mentoring.report.sections import sections
from tests.mentoring.report import published


def test_definitions_follow_the_parameters(results: Callable[..., Results]) -> None:
    """Window, length of a session, grace and few users are those of the run."""
    parameters = {
        "observation_end": published.OBSERVATION_END,
        "rebooking_window_days": 17,
        "session_default_minutes": 23,
        "no_show_grace_days": 5,
        "few_users": 19,
    }
    document = results(tables={"rpt_parameters": [parameters]})
    meanings = dict(definitions(document))
    assert "within 17 exact days" in meanings["Came back"]
    assert "within 17 days" in meanings["Lenses"]
    assert "17 days had passed" in meanings["Mature"]
    assert "Fewer than 19 users" in meanings["95 % interval"]
    assert "counts as 23 minutes" in meanings["Session"]
    assert "more than 5 days" in meanings["Booking"]
    assert "at most 17 days before" in meanings["At risk"] and "by day 17" in meanings["At risk"]


def test_every_section_has_a_key_of_its_own(results: Callable[..., Results]) -> None:
    """Keys are ids of the page; with figures, every section has content."""
    parts = sections(results(Gold=(42, 26), Silver=(57, 22), Bronze=(33, 0)))
    assert len({part.key for part in parts}) == len(parts)
    for part in parts:
        assert part.sentences or part.items or part.pictures or part.tables or part.terms
