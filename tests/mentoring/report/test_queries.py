"""The query that the report shows runs as it stands, and gives the users behind the rates."""

import json
from collections import Counter
from pathlib import Path

import duckdb

from include.mentoring.report import queries
from include.pipeline.core.settings import declared


def test_the_users_are_those_of_the_rates(built_sample: Path) -> None:
    """As many of each tier as the first table has, and as many who came back."""
    with duckdb.connect(built_sample, read_only=True) as connection:
        users = connection.execute(queries.USERS).fetchall()
        rates = connection.execute(
            "select tier, total_users_w_sessions, rebooked_count from reports.rpt_rebooking"
            " where lens = 'sessions' and cohort = 'all' and not is_category_total"
        ).fetchall()
    assert Counter(tier for tier, *_ in users) == {tier: number for tier, number, _ in rates}
    back = Counter(tier for tier, _, _, _, _, is_rebooked, *_ in users if is_rebooked)
    assert back == {tier: number for tier, _, number in rates if number}


def test_each_row_is_the_start_of_the_first_session(built_sample: Path) -> None:
    """Of that user with that mentor at that time, in the file of that name."""
    with duckdb.connect(built_sample, read_only=True) as connection:
        users = connection.execute(queries.USERS).fetchall()
    events = json.loads((declared().sample_data / "booking_events.json").read_text(encoding="utf-8"))
    assert users
    for _, user_id, started_at, mentor_id, *_, file, _, row in users:
        event = events[row - 1]
        assert file == "booking_events.json"
        assert (str(event["user_id"]), event["mentor_id"]) == (user_id, mentor_id)
        assert event["event_type"] == "session_started"
        assert event["timestamp"] == f"{started_at:%Y-%m-%dT%H:%M:%SZ}"
