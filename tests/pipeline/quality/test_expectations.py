"""The bounds of the expectations: a delivery at the bound passes, one beyond it warns or is refused."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from include.mentoring import expectations
from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import ledger
from include.pipeline.quality import expect
from include.simulator.defects.delivery_files import FILES

from .conftest import DATA_DATE, EVENTS, MENTORS, Deliver, event, land_folder
from .planted import HARMLESS, PLANTED, WARNED_IN_SAMPLE, Planted, failed, judge, judge_landed

REFUSED = {
    "events.not_mostly_recurring",
    "events.orphan_booking_requested",
    "events.orphan_booking_confirmed",
    "events.orphan_mentors",
}
# The last of two increments is as old as the days after the first.
OLD = {"events.up_to_date"}


def test_every_expectation_was_seen_to_fail() -> None:
    """An expectation that no delivery fails checks nothing; those of further sources are the same classes."""
    of_domain = expectations.expectations()
    expected = {
        f"{source}.{expectation.meta['check']}"
        for source in FILES
        for expectation in (*expect.of_source(declared().source(source)), *of_domain.get(source, []))
    }
    assert expected == {check for planted in PLANTED.values() for check in planted.findings}


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found(name: str, tmp_path: Path, use_warehouse: object) -> None:
    """And nothing else; only what must not be loaded is refused."""
    planted = PLANTED[name]
    checks = judge(tmp_path, planted)
    found = failed(checks)
    assert found.keys() - set(WARNED_IN_SAMPLE) == planted.findings.keys() - set(WARNED_IN_SAMPLE)
    assert {
        check: found[check] for check, finding in planted.findings.items() if finding not in found[check]
    } == {}
    assert {check for check in found if checks[check].refuses} == REFUSED & found.keys()


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_within_the_bounds_passes(name: str, tmp_path: Path, use_warehouse: object) -> None:
    """A few rows fewer than what warns; increments and redeliveries are ordinary."""
    assert failed(judge(tmp_path, HARMLESS[name])).keys() - OLD <= set(WARNED_IN_SAMPLE)


def of_type(event_type: str, orphans: int, count: int = 100) -> list[dict]:
    """Return `count` events of a type, the first `orphans` of them of users that do not land."""
    return [
        event(f"{event_type}-{number}", event_type, 900 + number if number < orphans else 71)
        | {"timestamp": f"2031-05-01T10:{number // 60:02}:{number % 60:02}Z"}
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
    checks = judge_landed()
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
    check = judge_landed()["events.orphan_mentors"]
    assert check.refuses is is_refused
    assert check.failed_rows == (orphans if is_refused else 0)


@pytest.mark.parametrize(("renamed", "is_told"), [(1, False), (2, True)])
def test_an_unknown_value_in_numbers_is_a_warning(renamed: int, is_told: bool, deliver: Deliver) -> None:
    """Of 100 events one is a slip, two are a type that the source may have renamed."""
    kinds = ["booking_canceled"] * renamed + ["session_paused"] + ["booking_requested"] * (99 - renamed)
    deliver(events=[event(f"e{number}", kind) for number, kind in enumerate(kinds)])
    check = judge_landed()["events.new_event_type"]
    assert check.passed is not is_told and not check.refuses
    if is_told:
        assert check.finding == "fails for 2 of 100 rows (event_type: booking_canceled)"


def test_an_event_that_the_file_repeats_counts_once(deliver: Deliver) -> None:
    """5 orphans of 100 requests are 5 %, also where the file has the orphans' rows twice."""
    requests = of_type("booking_requested", 5)
    deliver(events=requests + requests[:5])
    assert not any(check.refuses for check in judge_landed().values())


def test_a_warning_that_cannot_run_refuses(deliver: Deliver) -> None:
    """A check that could not look says nothing of the data, so it counts as critical."""
    deliver()
    with warehouse.connect(settings().landing_path) as connection:
        connection.execute("alter table delivered.mentors rename column mentor_id to mentor")
    check = judge_landed()["events.unknown_mentor"]
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
    assert ("events.up_to_date" in failed(judge_landed())) is is_stale


@pytest.mark.parametrize(
    ("earliest", "is_early"),
    [
        ("2031-01-05T00:00:00Z", False),
        ("2031-01-04T23:59:59.999999Z", True),
        ("2031-01-05T00:59+01:00", True),
        ("2031-01-04T23:00-01:00", False),
    ],
)
def test_a_user_s_events_begin_on_the_day_of_the_sign_up(
    earliest: str, is_early: bool, deliver: Deliver
) -> None:
    """In whichever zone they are written, the day is one in UTC."""
    deliver(events=[*EVENTS, event("early", "booking_cancelled") | {"timestamp": earliest}])
    assert ("events.few_before_signup" in failed(judge_landed())) is is_early


@pytest.mark.parametrize(
    ("time", "is_shifted"), [("10:30:00Z", False), ("12:30+02:00", False), ("12:30", True)]
)
def test_hours_of_the_day_are_compared_in_utc(time: str, is_shifted: bool, deliver: Deliver) -> None:
    """Of a hundred events accepted between ten and eleven, and a hundred new ones."""
    deliver(events=of_type("booking_requested", 0))
    ledger.accept()
    later = [item | {"timestamp": f"2031-05-01T{time}"} for item in of_type("session_started", 0)]
    deliver(events=later)
    assert ("events.steady_hours" in failed(judge_landed())) is is_shifted


def test_rows_of_known_events_are_no_fault(deliver: Deliver) -> None:
    """A full export repeats what was accepted before; only its new rows are new."""
    deliver()
    ledger.accept()
    late = event("late", "session_started") | {"timestamp": "2031-05-01T11:00:00Z"}
    deliver(events=[*EVENTS, late])
    assert failed(judge_landed()) == {}


def test_another_spelling_of_an_instant_is_the_same_event(deliver: Deliver) -> None:
    """Under another id, in this file or in an earlier one, and in whichever zone it is written."""
    deliver()
    ledger.accept()
    again = [
        item | {"event_id": f"again {item['event_id']}", "timestamp": "2031-05-01T12:00+02:00"}
        for item in EVENTS
    ]
    deliver(events=again)
    assert judge_landed()["events.not_mostly_recurring"].failed_rows == len(EVENTS)
    deliver(events=[*EVENTS, again[0]])
    check = judge_landed()["events.few_recurring"]
    assert (check.failed_rows, check.rows, check.sample) == (1, 1, (again[0]["event_id"],))


def test_a_late_delivery_is_compared_with_the_snapshot_of_its_day(tmp_path: Path, deliver: Deliver) -> None:
    """Those who came later are not absent from a sheet of the days before."""
    deliver(mentors=MENTORS + "".join(f"N{number},Gold,90\n" for number in range(8)))
    ledger.accept()
    (tmp_path / FILES["mentors"]).write_text(MENTORS, encoding="utf-8")
    land_folder(tmp_path, data_date=DATA_DATE - timedelta(days=1))
    assert "mentors.few_vanished" not in failed(judge_landed())
    land_folder(tmp_path)
    assert (
        failed(judge_landed())["mentors.few_vanished"] == "fails (found: 8 of 10 absent, such as N0, N1, N2)"
    )


def test_an_export_that_grows_is_ordinary(tmp_path: Path, use_warehouse: object) -> None:
    """The whole sample, where all of it but the last 150 events was accepted."""
    judge(tmp_path, Planted((("only_new_events", None, 150),)))
    land_folder(declared().sample_data, data_date=date(2023, 7, 22))
    assert failed(judge_landed()).keys() == set(WARNED_IN_SAMPLE)
