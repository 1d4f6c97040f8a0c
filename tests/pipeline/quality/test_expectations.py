"""Every expectation catches its violation, and a delivery without one has nothing to fear."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.mentoring import expectations
from include.pipeline.core import warehouse
from include.pipeline.core.errors import DeliveryRefused
from include.pipeline.core.settings import declared, load, settings
from include.pipeline.core.source import Source, timestamp
from include.pipeline.ingest import ledger
from include.pipeline.quality import expect, verdict_files
from include.pipeline.quality.validate import validate
from include.pipeline.quality.verdict import Check

from .conftest import EVENTS, MENTORS, RUN_ID, USERS, Deliver, event, land


@dataclass(frozen=True)
class Planted:
    """A violation: SQL that plants it in the landing, and what its check must find."""

    sql: str
    finding: str


# Violations of a group are planted together, each in rows of its own: a count is of one check.
ROWS = {
    "users.user_id_given": Planted(
        "update delivered.users set user_id = null where user_id = '81'",
        "fails for 1 of 12 rows (row: 5)",
    ),
    "users.company_id_given": Planted(
        "update delivered.users set company_id = ' ' where user_id = '82'",
        "fails for 1 of 12 rows (row: 6)",
    ),
    "users.invalid_date": Planted(
        "update delivered.users set signup_date = '2031-02-30' where user_id = '83'",
        "fails for 1 of 12 rows (user_id: 83)",
    ),
    "users.unknown_status": Planted(
        "update delivered.users set status = 'dormant' where user_id = '84'",
        "fails for 1 of 12 rows (user_id: 84)",
    ),
    "users.unique_key": Planted(
        "insert into delivered.users select * replace (90 as _row_number) from delivered.users"
        " where user_id = '85'",
        "fails for 2 of 12 rows (user_id: 85)",
    ),
    "users.repeated_rows": Planted(
        "insert into delivered.users select * replace (91 as _row_number, true as _is_duplicate)"
        " from delivered.users where user_id = '86'",
        "fails for 2 of 12 rows (user_id: 85, 86)",
    ),
    "mentors.mentor_id_given": Planted(
        "update delivered.mentors set mentor_id = '' where mentor_id = 'K5'",
        "fails for 1 of 9 rows (row: 3)",
    ),
    "mentors.invalid_number": Planted(
        "update delivered.mentors set hourly_rate = 'forty' where mentor_id = 'K6'",
        "fails for 1 of 9 rows (mentor_id: K6)",
    ),
    "mentors.unknown_tier": Planted(
        "update delivered.mentors set tier = null where mentor_id = 'K7'",
        "fails for 1 of 9 rows (mentor_id: K7)",
    ),
    "mentors.unique_key": Planted(
        "insert into delivered.mentors select * replace (90 as _row_number, '50' as hourly_rate)"
        " from delivered.mentors where mentor_id = 'K8'",
        "fails for 2 of 9 rows (mentor_id: K8)",
    ),
    "mentors.repeated_rows": Planted(
        "insert into delivered.mentors select * replace (91 as _row_number, true as _is_duplicate)"
        " from delivered.mentors where mentor_id = 'K9'",
        "fails for 2 of 9 rows (mentor_id: K8, K9)",
    ),
    "events.event_id_given": Planted(
        "update delivered.events set event_id = null where event_id = 'session_started-71'",
        "fails for 1 of 17 rows (row: 3)",
    ),
    "events.user_id_given": Planted(
        "update delivered.events set user_id = null where event_id = 'session_ended-71'",
        "fails for 1 of 17 rows (row: 4)",
    ),
    "events.mentor_id_given": Planted(
        "update delivered.events set mentor_id = null where event_id = 'session_started-72'",
        "fails for 1 of 17 rows (row: 7)",
    ),
    "events.invalid_timestamp": Planted(
        "update delivered.events set \"timestamp\" = '2031-04-01T25:00:00Z'"
        " where event_id = 'session_ended-72'",
        "fails for 1 of 17 rows (event_id: session_ended-72)",
    ),
    "events.unknown_event_type": Planted(
        "update delivered.events set event_type = 'session_paused' where event_id = 'session_started-73'",
        "fails for 1 of 17 rows (event_id: session_started-73)",
    ),
    "events.unique_key": Planted(
        "insert into delivered.events select * replace (90 as _row_number) from delivered.events"
        " where event_id = 'session_ended-73'",
        "fails for 2 of 17 rows (event_id: session_ended-73)",
    ),
    "events.orphan_booking_requested": Planted(
        "update delivered.events set user_id = '404' where event_id = 'booking_requested-73'",
        "fails for 1 of 4 rows (user_id: 404)",
    ),
    "events.orphan_booking_confirmed": Planted(
        "update delivered.events set user_id = '405' where event_id = 'booking_confirmed-74'",
        "fails for 1 of 4 rows (user_id: 405)",
    ),
    "events.orphan_mentors": Planted(
        "update delivered.events set mentor_id = 'K405' where event_id in ('booking_requested-71',"
        " 'booking_confirmed-71', 'booking_requested-72')",
        "fails for 3 of 8 rows (mentor_id: K405)",
    ),
    "events.unknown_user": Planted(
        "update delivered.events set user_id = '406' where event_id = 'session_started-74'",
        "fails for 3 of 17 rows (user_id: 404, 405, 406)",
    ),
    "events.unknown_mentor": Planted(
        "update delivered.events set mentor_id = 'K404' where event_id = 'session_ended-74'",
        "fails for 4 of 17 rows (mentor_id: K405, K404)",
    ),
    "users.new_status": Planted(
        "insert into delivered.rejected_rows values ('users', 90, 'unknown_status', '', 'paused')",
        "fails for 1 of 10 rows (status: paused)",
    ),
    "mentors.new_tier": Planted(
        "insert into delivered.rejected_rows values ('mentors', 90, 'unknown_tier', '', 'Platinum')",
        "fails for 1 of 7 rows (tier: Platinum)",
    ),
    "events.new_event_type": Planted(
        "insert into delivered.rejected_rows values"
        " ('events', 90, 'unknown_event_type', '', 'booking_canceled')",
        "fails for 1 of 16 rows (event_type: booking_canceled)",
    ),
    "events.up_to_date": Planted(
        "update delivered.events set \"timestamp\" = '2031-04-30T00:00:00Z' where \"timestamp\" > '2031-05'",
        "fails for 1 of 17 rows (timestamp: 2031-04-30T00:00:00Z)",
    ),
}
COLUMNS = {
    "users.required_columns": Planted(
        "alter table delivered.users drop column company_id", "fails (missing: company_id)"
    ),
    "mentors.required_columns": Planted(
        "alter table delivered.mentors drop column tier", "fails (missing: tier)"
    ),
    "events.required_columns": Planted(
        'alter table delivered.events drop column "timestamp"', "fails (missing: timestamp)"
    ),
}
EMPTY = {
    "users.has_rows": Planted("delete from delivered.users", "fails"),
    "mentors.has_rows": Planted("delete from delivered.mentors", "fails"),
    "events.has_rows": Planted("delete from delivered.events", "fails"),
}
GROUPS = (ROWS, COLUMNS, EMPTY)
VIOLATIONS = {name: planted for group in GROUPS for name, planted in group.items()}

WARNINGS = {
    "users.repeated_rows",
    "mentors.repeated_rows",
    "events.unknown_user",
    "events.unknown_mentor",
    "events.up_to_date",
    "users.new_status",
    "mentors.new_tier",
    "events.new_event_type",
}


def judge(*planted: str) -> dict[str, Check]:
    """Plant violations in the landing and return the outcome of every check by its name."""
    with warehouse.connect(settings().landing_path) as connection:
        for sql in planted:
            connection.execute(sql)
    with contextlib.suppress(DeliveryRefused):
        validate(RUN_ID)
    verdict = verdict_files.read(verdict_files.path(RUN_ID))
    return {f"{check.table}.{check.name}": check for check in verdict.checks}


def failed(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.finding for name, check in checks.items() if not check.passed}


def land_good(folder: Path) -> None:
    """Land a good delivery with rows for the violations to be planted in, each in its own."""
    users = "".join(f"{user_id},C-3,2031-01-10,active\n" for user_id in range(81, 87))
    mentors = "".join(f"K{number},Gold,100\n" for number in range(5, 10))
    land(folder, users=USERS + users, mentors=MENTORS + mentors)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Check]]:
    """The outcome of every check on each group of violations."""
    outcomes = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        for group in GROUPS:
            folder = tmp_path_factory.mktemp("group")
            monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(folder / "warehouse"))
            load()
            land_good(folder)
            outcomes.append(judge(*(planted.sql for planted in group.values())))
    return outcomes


def test_every_expectation_has_a_violation() -> None:
    """An expectation that was never seen to fail is not known to check anything."""
    of_domain = expectations.expectations()
    expected = [
        f"{source.name}.{expectation.meta['check']}"
        for source in declared().sources
        for expectation in (*expect.of_source(source), *of_domain.get(source.name, []))
    ]
    assert sorted(expected) == sorted(VIOLATIONS)


def test_two_rules_of_one_reason_are_two_checks() -> None:
    """A source may have two times; a check that shares its name would hide the other."""
    rules = (timestamp("ordered_at"), timestamp("shipped_at"))
    orders = Source("orders", "orders.csv", ("id", "ordered_at", "shipped_at"), "id", False, rules)
    names = [expectation.meta["check"] for expectation in expect.values(orders)]
    assert names == ["id_given", "invalid_timestamp_ordered_at", "invalid_timestamp_shipped_at"]


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_planted_violation_is_caught(name: str, judged: list[dict[str, Check]]) -> None:
    """A violation fails its check, which tells how many rows of how many and which."""
    (check,) = [checks[name] for group, checks in zip(GROUPS, judged, strict=True) if name in group]
    assert check.finding == VIOLATIONS[name].finding
    assert check.severity == ("warning" if name in WARNINGS else "critical")
    assert check.refuses == (name not in WARNINGS)


def test_a_violation_fails_no_other_check(judged: list[dict[str, Check]]) -> None:
    """Only what was planted is found; a column that is gone is also one that cannot be judged."""
    rows, columns, empty = map(failed, judged)
    assert rows.keys() == ROWS.keys()
    assert empty.keys() == EMPTY.keys()
    unjudged = {
        "users.company_id_given",
        "mentors.unknown_tier",
        "events.invalid_timestamp",
        "events.up_to_date",
    }
    assert columns.keys() == COLUMNS.keys() | unjudged
    for name in unjudged:
        assert columns[name].startswith("could not be checked: "), name
        assert "Referenced column" in columns[name] and "\n" not in columns[name], name


def test_a_good_delivery_passes_every_check(deliver: Deliver) -> None:
    """No fault, no finding; and every expectation has been judged."""
    deliver()
    checks = judge()
    assert failed(checks) == {}
    assert sorted(checks) == sorted(VIOLATIONS)
    assert checks["events.unique_key"].rows == 16


def of_type(event_type: str, orphans: int, count: int = 100) -> list[dict]:
    """Return `count` events of a type, the first `orphans` of them of users that do not land."""
    return [
        event(f"{event_type}-{number}", event_type, 900 + number if number < orphans else 71)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("requests", "confirmations", "refused"),
    [
        (5, 5, []),
        (6, 0, ["events.orphan_booking_requested"]),
        (0, 6, ["events.orphan_booking_confirmed"]),
    ],
)
def test_the_orphan_rate_stops_above_five_percent(
    requests: int, confirmations: int, refused: list[str], deliver: Deliver
) -> None:
    """Of 100 each, 5 % pass; 6 % of one type refuse although both together have 3 %."""
    deliver(events=of_type("booking_requested", requests) + of_type("booking_confirmed", confirmations))
    checks = judge()
    assert [name for name, check in checks.items() if check.refuses] == refused
    assert checks["events.unknown_user"].failed_rows == requests + confirmations
    assert len(checks["events.unknown_user"].sample) == 5


@pytest.mark.parametrize(("orphans", "is_refused"), [(25, False), (26, True)])
def test_mentors_of_no_sheet_stop_above_a_quarter(orphans: int, is_refused: bool, deliver: Deliver) -> None:
    """Of requests and confirmations together; a mentor of an earlier sheet is none of them."""
    deliver(mentors=f"{MENTORS}K8,Gold,90\n")
    ledger.accept()
    asked = [
        event(f"{kind}-{number}", kind, mentor_id="K9" if 2 * number < orphans - extra else "K8")
        for extra, kind in enumerate(("booking_requested", "booking_confirmed"))
        for number in range(50)
    ]
    deliver(events=asked)
    check = judge()["events.orphan_mentors"]
    assert check.refuses is is_refused
    assert check.failed_rows == (orphans if is_refused else 0)


@pytest.mark.parametrize(("renamed", "is_told"), [(1, False), (2, True)])
def test_an_unknown_value_in_numbers_is_a_warning(renamed: int, is_told: bool, deliver: Deliver) -> None:
    """Of 100 events one is a slip, two are a type that the source may have renamed."""
    kinds = ["booking_canceled"] * renamed + ["session_paused"] + ["booking_requested"] * (99 - renamed)
    deliver(events=[event(f"e{number}", kind) for number, kind in enumerate(kinds)])
    check = judge()["events.new_event_type"]
    assert check.passed is not is_told and not check.refuses
    if is_told:
        assert check.finding == "fails for 2 of 100 rows (event_type: booking_canceled)"


def test_an_event_that_the_file_repeats_counts_once(deliver: Deliver) -> None:
    """5 orphans of 100 requests are 5 %, also where the file has the orphans' rows twice."""
    requests = of_type("booking_requested", 5)
    deliver(events=requests + requests[:5])
    assert not any(check.refuses for check in judge().values())


def test_a_warning_that_cannot_run_refuses(deliver: Deliver) -> None:
    """A check that could not look says nothing of the data, so it counts as critical."""
    deliver()
    check = judge("alter table delivered.mentors rename column mentor_id to mentor")["events.unknown_mentor"]
    assert check.severity == "warning"
    assert check.refuses
    assert check.error is not None


@pytest.mark.parametrize(
    ("latest", "is_stale"),
    [
        ("2031-04-30T00:00:00Z", True),
        ("2031-04-30T00:00:00.000001Z", False),
        ("2031-04-30T14:00:00+14:00", True),
        ("2031-04-29T23:30:00-01:00", False),
    ],
)
def test_events_are_up_to_date_within_the_limit_of_days(
    latest: str, is_stale: bool, deliver: Deliver
) -> None:
    """Three whole days before the end of the data date are too many, in whichever zone they are written."""
    earlier = [item | {"timestamp": "2031-04-29T23:59:59Z"} for item in EVENTS]
    deliver(events=[*earlier, event("late", "session_started") | {"timestamp": latest}])
    assert ("events.up_to_date" in failed(judge())) is is_stale


def test_rows_of_known_events_are_no_fault(deliver: Deliver) -> None:
    """A full export repeats what was accepted before; only its new rows are new."""
    deliver()
    ledger.accept()
    deliver(events=[*EVENTS, event("late", "session_started")])
    assert failed(judge()) == {}
