"""What is required of a row: the columns, the values and the reasons of the contract."""

import os
import time
from datetime import date

import duckdb
import pytest

from include.mentoring.report.charts.picture import TIER_COLORS
from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, CATEGORY_NAMES
from include.mentoring.report.results import CATEGORY_ORDER, TIER_ORDER
from include.mentoring.sources import EVENTS, MENTORS, USERS, Source
from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared
from tests.support.deliveries import Bench

TIMESTAMPS = [
    "2031-04-01T10:00:00Z",
    "2031-04-01 10:00:00Z",
    "2031-04-01T10:00:00",
    "2031-04-01T10:00:00.5",
    "2031-04-01T10:00:00.123456Z",
    "2031-04-01T10:00:00.123456789Z",
    "2031-04-01 10:00:00+00",
    "2031-04-01T10:00:00+05:30",
    "2031-04-01T10:00:00-0330",
    "2031-04-01T10:00:00+02",
    "2031-04-01T10:00:00.25-03:00",
    "2031-04-01T10:00",
    "2031-04-01T10:00Z",
    "2031-04-01T10:00+02:00",
    "2031-04-01t10:00:00z",
    "2032-02-29T10:00:00Z",
    "2031-03-30T02:30:00",
]
NO_TIMESTAMPS = [
    "2031-04-01",
    "2031-04-01Z",
    "2031-04-01T10",
    "2031-02-29T10:00:00Z",
    "2031-02-30T10:00:00Z",
    "2031-13-01T10:00:00Z",
    "2031-04-01T25:00:00Z",
    "2031-04-01T10:60:00Z",
    "2031-04-01T10:00:60Z",
    "2031-04-01T10:00:00+25:00",
    "9999-12-31T23:59:59-01:00",
    "31-04-01T10:00:00Z",
    "2031-4-1T10:00:00Z",
    "01/04/2031 10:00:00",
    "2031-04-01T10:00:00 UTC",
    "2031-04-01T10:00:00 Europe/Rome",
    "2031-04-01T10:00:00Z and more",
    " 2031-04-01T10:00:00Z",
    "2031-04-01T10:00:00\nZ",
    "infinity",
    "-infinity",
    "epoch",
    "now",
    "today",
    "1672617600",
]
DATES = ["2031-01-05", "2032-02-29", "9999-12-31"]
NO_DATES = ["2031-02-29", "2031-1-5", "05/01/2031", "2031-01-05T00:00:00", " 2031-01-05", "infinity", "today"]
PRICES = ["0", "80", "120.50", "1e2", "100000", "0.125", "1000.000"]
NO_PRICES = [
    "100000.01",
    "99999999",
    "-0.01",
    "$80",
    "1,000.00",
    "1.000",
    "66.667",
    "5_0",
    "80,50",
    "80 EUR",
    "NaN",
    "infinity",
    "0x10",
    "1e40",
    "--5",
    "free",
]
TYPES = ["booking_requested", "booking_confirmed", "booking_cancelled", "session_started", "session_ended"]


NOT_IN_FUTURE = [
    "2031-05-02T00:00:00Z",
    "2031-05-03T23:59:59.999999Z",
    "2031-05-04T00:00:00Z",
    "2031-05-04t00:00z",
    "2031-05-04 00:00:00",
    "2031-05-04T00:00:00.000Z",
    "2031-05-04T14:00:00+14:00",
    "2031-05-03T21:30:00-0230",
    "0001-01-01T00:00:00Z",
]
IN_FUTURE = [
    "2031-05-04T00:00:00.000001Z",
    "2031-05-04T00:00:01Z",
    "2031-05-04T00:00:00.5",
    "2031-05-04t00:01z",
    "2031-05-03T21:30:00.000001-02:30",
    "2031-05-04T14:00:01+14:00",
    "2099-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
]


def accepted(source: Source, column: str, values: list[str], data_date: date = date.max) -> list[str]:
    """Return the values of a column that no rule rejects in a delivery of this date."""
    rules = " and ".join(f"({rule.accepts})" for rule in source.rules if rule.column == column)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = connection.execute(
            f'select value from (select value, value as "{column}", $data_date::date as _data_date'
            f" from unnest($values) as t(value)) where {rules}",
            {"values": values, "data_date": data_date},
        ).fetchall()
    return [value for (value,) in rows]


@pytest.mark.parametrize(
    ("source", "column", "good", "bad"),
    [
        (EVENTS, "timestamp", TIMESTAMPS, NO_TIMESTAMPS),
        (EVENTS, "event_type", TYPES, ["session_paused", "Session_Started", "session_started "]),
        (USERS, "signup_date", DATES, NO_DATES),
        (USERS, "status", ["active", "churned"], ["Active", "paused", "active "]),
        (MENTORS, "hourly_rate", PRICES, NO_PRICES),
        (MENTORS, "tier", ["Gold", "Silver", "Bronze"], ["gold", "Platinum", "Unknown", " Gold"]),
    ],
)
def test_values_are_judged_as_the_contract_says(
    source: Source, column: str, good: list[str], bad: list[str]
) -> None:
    """Every good value passes and no bad one: DuckDB's own leniency is not the contract's."""
    assert accepted(source, column, good + bad) == good


def test_the_tiers_are_those_of_the_seed() -> None:
    """The rule of the sheet, the order in the report and the colors name the tiers of the seed, by rank."""
    seed = declared().dbt_project / "seeds" / "marts" / "dim_tiers.csv"
    rows = duckdb.sql(f"from read_csv({warehouse.literal(seed)}) order by tier_rank desc").fetchall()
    tiers = tuple(tier for tier, *_ in rows)
    categories = {category for _, category, _ in rows}
    (rule,) = [rule for rule in MENTORS.rules if rule.column == "tier"]
    assert set(rule.values) == set(tiers)
    assert (*tiers, "Unknown") == TIER_ORDER
    assert TIER_COLORS.keys() == {*TIER_ORDER}
    assert categories | {"unknown"} == {*CATEGORY_ORDER} == CATEGORY_NAMES.keys() == CATEGORY_LABELS.keys()


def test_a_moment_is_at_most_a_day_after_the_end_of_the_data_date() -> None:
    """In whichever zone it is written, down to the microsecond."""
    data_date = date(2031, 5, 2)
    assert accepted(EVENTS, "timestamp", NOT_IN_FUTURE + IN_FUTURE, data_date) == NOT_IN_FUTURE
    assert accepted(EVENTS, "timestamp", IN_FUTURE) == IN_FUTURE


def test_the_sources_are_those_of_the_contract() -> None:
    """Names, files, columns and keys, as they are delivered."""
    of_contract = (USERS, MENTORS, EVENTS)
    assert declared().sources[:3] == of_contract
    assert {source.name: (source.file_name, source.columns, source.key) for source in of_contract} == {
        "users": (
            "users_db_export.csv",
            ("user_id", "company_id", "signup_date", "status"),
            "user_id",
        ),
        "mentors": ("mentor_tiers.csv", ("mentor_id", "tier", "hourly_rate"), "mentor_id"),
        "events": (
            "booking_events.json",
            ("event_id", "user_id", "mentor_id", "timestamp", "event_type"),
            "event_id",
        ),
    }
    assert [source.name for source in of_contract if source.is_snapshot] == ["users", "mentors"]
    assert [source.name for source in of_contract if source.is_json] == ["events"]


def test_the_reasons_are_those_of_the_contract() -> None:
    """Every rule names a reason of the fixed list and a column of its source."""
    assert {rule.reason for source in (USERS, MENTORS, EVENTS) for rule in source.rules} == {
        "invalid_timestamp",
        "future_timestamp",
        "invalid_date",
        "invalid_number",
        "unknown_event_type",
        "unknown_status",
        "unknown_tier",
    }
    for source in declared().sources:
        assert {rule.column for rule in source.rules} <= set(source.columns)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_no_time_zone_changes_the_verdict(zone: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time in another zone's daylight saving gap is a time like any other."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        rule = next(rule for rule in EVENTS.rules if rule.column == "timestamp")
        path = bench.folder / "a.duckdb"
        with warehouse.connect(path) as connection:
            connection.execute('create table t ("timestamp" varchar)')
            connection.executemany("insert into t values (?)", [[value] for value in TIMESTAMPS])
            rows = connection.execute(f"select count(*) from t where {rule.accepts}").fetchall()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert rows == [(len(TIMESTAMPS),)]
    assert os.environ.get("TZ") != zone
