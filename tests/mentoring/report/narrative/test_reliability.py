"""The sentences on the booking system follow the bookings and the event log."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import reliability
from include.mentoring.report.results import Results
from tests.mentoring.report import published, published_rates

TIERS = {"Gold": (42, 26), "Bronze": (33, 0)}
SOUND = {"double_bookings": 0, "orphan_users": [], "users_without_session": 0, "dormant_users": 0}


def total(**counts: int | float | None) -> list[published_rates.Row]:
    """Return the total of the reliability table with other counts."""
    (row,) = (row for row in published.rows(TIERS)["rpt_reliability"] if row["is_total"])
    return [row | counts]


def test_bookings_and_faults_are_reported(results: Callable[..., Results]) -> None:
    """Every figure of the total and of the checks is in a sentence."""
    figures = {"limits": {"double_bookings_on_assumed_end": 1}}
    assert reliability(results(**TIERS, figures=figures)) == [
        "101 of 105 confirmed bookings (96.2 %) took place, 2 were no-shows and 2 are upcoming; the event log"
        " shows 5 kinds of fault: 7 double bookings, 6 sessions without a recorded end, 1 user missing from"
        " the users export, 3 orphaned events (no matching request or session) and 1 rejected event.",
        "Status of 117 requests: 105 confirmed (89.7 %), 10 cancelled (8.5 %) and 2 pending.",
        "After 4 of 10 cancelled requests (40.0 %), the same user sent the same mentor another request.",
        "Outcome of 105 confirmed bookings: 101 attended (96.2 %), 2 no-shows (confirmed more than 7 days"
        " before the end of the data, without a session) and 2 upcoming.",
        "Half of the confirmations came within 33.5 minutes of the request.",
        "Of 101 sessions, 6 (5.9 %) have no recorded end and count as 45 minutes.",
        "7 pairs of sessions of the same mentor with different users overlap (double bookings), 1 of them"
        " only because an end is assumed.",
        "1 user in the events is missing from the users export: 9999.",
        "3 events have no matching request or session: 1 × end without a start and 2 × second end of"
        " one session.",
    ]


def test_a_sound_record_is_called_so(results: Callable[..., Results]) -> None:
    """Without a fault, no fault is named."""
    document = results(
        **TIERS,
        tables={
            "rpt_reliability": total(
                attended=105, no_show=0, upcoming=0, missing_end=0, cancelled=0, median_minutes_to_confirm=30
            ),
            "rpt_checks": [{**SOUND, "observation_end": published.OBSERVATION_END}],
            "rpt_quality": [],
            "rpt_files": [],
        },
    )
    said = reliability(document)
    assert said[0] == ("Every confirmed booking took place (105 of 105), and the event log shows no faults.")
    assert said[3:] == [
        "Half of the confirmations came within 30 minutes of the request.",
        "Every session has a recorded end.",
        "No mentor has overlapping sessions with different users.",
        "Every user in the events is in the users export.",
        "Every confirmation, cancellation and end has a matching request or session.",
    ]


def test_many_unlisted_users_are_not_all_named(results: Callable[..., Results]) -> None:
    """Five of them, and how many more there are."""
    checks = {**SOUND, "observation_end": None, "orphan_users": [str(number) for number in range(1200)]}
    said = reliability(results(**TIERS, tables={"rpt_checks": [checks]}))
    assert (
        "1,200 users in the events are missing from the users export: 0, 1, 2, 3, 4 and 1,195 more." in said
    )


def test_outcomes_that_no_booking_had_are_left_out_of_the_verdict(results: Callable[..., Results]) -> None:
    """One is upcoming and none was a no-show: numbers and verbs agree."""
    document = results(**TIERS, tables={"rpt_reliability": total(attended=104, no_show=0, upcoming=1)})
    assert reliability(document)[0].startswith(
        "104 of 105 confirmed bookings (99.0 %) took place and 1 is upcoming; the event log shows"
    )


@pytest.mark.parametrize("rows", [[], total(requests=0, sessions=0)])
def test_without_bookings_nothing_is_said_of_them(rows: list, results: Callable[..., Results]) -> None:
    """There is no rate without bookings."""
    (sentence,) = reliability(results(tables={"rpt_reliability": rows}))
    assert sentence.startswith("No booking has been requested and no session has started")


def test_requests_without_a_confirmation_have_no_outcome(results: Callable[..., Results]) -> None:
    """A system without confirmations yet is not reported as failing."""
    nothing = dict.fromkeys(("confirmed", "attended", "no_show", "upcoming", "sessions", "missing_end"), 0)
    said = reliability(
        results(
            **TIERS, tables={"rpt_reliability": total(**nothing, median_minutes_to_confirm=None, pending=107)}
        )
    )
    assert said[0].startswith("No booking was confirmed;")
    assert "No session has started." in said
    assert not any("confirmations came" in sentence for sentence in said)
