"""The head of the report warns of data that end too early or lack a renamed value, and of nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from include.mentoring.report.narrative import warnings
from include.mentoring.report.render import render
from include.mentoring.report.results import Results

STALE = (
    "The data may be out of date: the latest event is from 2031-05-01T02:05:00Z, 3 days before the end of the"
    " latest data date, 2031-05-02. Expected at most 2 days (stale_after_days): the clock or the export of"
    " the booking tool may have stopped."
)


@pytest.mark.parametrize(("staleness", "expected"), [(None, []), (0, []), (2, []), (3, [STALE])])
def test_data_are_out_of_date_above_the_limit(
    staleness: int | None, expected: list[str], results: Callable[..., Results]
) -> None:
    """With both dates and the limit; two days are none too many."""
    assert warnings(results(Gold=(42, 26), figures={"staleness": staleness})) == expected


def test_a_warning_stands_before_the_answer(results: Callable[..., Results]) -> None:
    """In the page, the Markdown file and the JSON that the screen, the UI and the alerts read."""
    document = results(Gold=(42, 26), figures={"staleness": 3})
    files: dict[str, Any] = render(document)
    assert files["tier_report.html"].index(STALE) < files["tier_report.html"].index('class="answer')
    assert STALE in files["tier_report.md"].replace("\\", "")
    written = json.loads(files["tier_report.json"])
    assert (written["staleness_days"], written["warnings"]) == (3, [STALE])


def test_a_renamed_value_is_a_warning(results: Callable[..., Results]) -> None:
    """With the value and the count; a check of single rows is none for the head."""
    document = results(Gold=(42, 26))
    failed = {
        "table": "events",
        "column": "event_type",
        "check": "new_event_type",
        "rule": "no unknown event_type makes up more than 1 % of the rows",
        "severity": "warning",
        "finding": "fails for 21 of 842 rows (event_type: booking_canceled)",
    }
    document["gate"] = {"failed": [failed, {**failed, "check": "unknown_user"}]}
    assert warnings(document) == [
        "A value of events.event_type is unknown and its rows are left out: the check"
        ' "no unknown event_type makes up more than 1 % of the rows" fails for 21 of 842 rows'
        " (event_type: booking_canceled). It may have been renamed at the source."
    ]


def test_a_lost_value_is_a_warning(results: Callable[..., Results]) -> None:
    """It names the check, which no row fails, and what it found."""
    document = results(Gold=(42, 26))
    lost = {
        "table": "events",
        "column": "event_type",
        "check": "lost_event_type",
        "rule": "every event_type of at least 1 % of the accepted rows is there",
        "severity": "warning",
        "finding": "fails (event_type: booking_cancelled)",
    }
    document["gate"] = {"failed": [lost]}
    assert warnings(document) == [
        "The delivery of events may be wrong as a whole: the check"
        ' "every event_type of at least 1 % of the accepted rows is there"'
        " fails (event_type: booking_cancelled). Check it at the source."
    ]
