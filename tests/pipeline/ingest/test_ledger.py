"""What is accepted enters raw once and for good, and the ledger knows which snapshot was in force when."""

import gzip
from datetime import date

import duckdb
import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import landing, ledger, parse
from tests.support.deliveries import MENTORS_HEADER, Bench, array, event, events, lines, user, users

A = f"{MENTORS_HEADER}K1,Gold,100\nK2,Silver,50\n"
B = f"{MENTORS_HEADER}K1,Silver,100\nK2,Silver,50\n"
MAY = [date(2031, 5, day) for day in range(32) if day]
COUNTS = "rows_in_file, rows_loaded, rows_rejected, rows_duplicate"


def history(bench: Bench) -> list[tuple]:
    """Return when which load of mentors was in force: load, the load of its rows, the days it was seen."""
    return [
        (load_id, content, [day.day for day in days])
        for load_id, content, days in bench.build(
            "select load_id, content_load_id, list_prepend(data_date, redelivered_on)"
            " from raw.loads where status = 'accepted' order by load_id"
        )
    ]


def test_accepted_rows_lie_in_raw_as_they_landed(bench: Bench) -> None:
    """Rows keep text, load and position; rejected ones are in the quarantine; the counts add up."""
    content = users(30) + user(7) + user(8, "churned") + user(31)
    assert bench.deliver("users", content) == [1]
    assert bench.build(f"select source, status, reason, origin, {COUNTS} from raw.loads") == [
        ("users", "accepted", None, "own", 33, 31, 1, 1)
    ]
    rows = bench.build("select user_id, _load_id, _row_number, status from raw.users order by _row_number")
    assert rows == [(str(n), 1, n, "active") for n in range(1, 31)] + [("31", 1, 33, "active")]
    assert bench.build("from raw.rejected_rows") == [
        (1, "users", 32, "conflicting_duplicate", "8,C-1,2031-01-05,churned")
    ]


def test_the_same_events_come_once(bench: Bench) -> None:
    """Content counts, not name, packing or date: delivered three times it is loaded once."""
    content = array(events(3))
    assert bench.deliver("events", content) == [1]
    before = bench.build("from raw.events order by all")
    packed = gzip.compress(content.encode())
    assert bench.deliver("events", content, on=MAY[8]) == []
    assert bench.deliver("events", packed, "booking_events.json.gz", on=MAY[9]) == []
    assert bench.deliver("events", content, "events of may.json", on=MAY[0]) == []
    assert bench.build("from raw.events order by all") == before
    assert bench.build(f"select {COUNTS} from raw.loads") == [(3, 3, 0, 0)]
    assert str(bench.land("events", content)) == "booking_events.json: known content, nothing to load"


def test_the_same_users_come_once(bench: Bench) -> None:
    """A snapshot equal to the one in force changes nothing; the date is noted on the load in force."""
    assert bench.deliver("mentors", A, on=MAY[0]) == [1]
    assert bench.deliver("mentors", A, on=MAY[0]) == []
    assert bench.deliver("mentors", gzip.compress(A.encode()), "mentor_tiers.csv.gz", on=MAY[2]) == []
    assert bench.deliver("mentors", A, on=MAY[2]) == []
    assert history(bench) == [(1, 1, [1, 3])]
    assert bench.build("select count(*) from raw.mentors") == [(2,)]


def test_an_event_id_is_known_over_deliveries(bench: Bench) -> None:
    """The same event again is a duplicate, other content under its id a conflict; new ones load."""
    bench.deliver("events", array(events(40)))
    other = event("e7", event_type="session_ended")
    export = [*events(40), other, other, *(event(f"n{number}") for number in range(9)), event("n1")]
    for form in (lines, array):
        bench.land("events", form(export))
        assert [row[1] for row in bench.loaded("events")] == [f"n{number}" for number in range(9)]
        assert [(number, reason) for number, reason, _ in bench.rejected()] == [
            (41, "conflicting_duplicate"),
            (42, "conflicting_duplicate"),
        ]
    assert ledger.accept() == [2]
    assert bench.build(f"select {COUNTS} from raw.loads order by load_id") == [(40, 40, 0, 0), (52, 9, 2, 41)]
    assert bench.build("select event_type from raw.events where event_id = 'e7'") == [("session_started",)]


def test_snapshots_are_compared_inside_their_file_only(bench: Bench) -> None:
    """A user who has churned since the last snapshot conflicts with nothing."""
    bench.deliver("users", users(3), on=MAY[0])
    assert bench.land("users", users(2) + user(3, "churned"), on=MAY[1]).rows_loaded == 3


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        pytest.param([(A, 1), (B, 2), (A, 3)], [(1, 1, [1]), (2, 2, [2]), (3, 1, [3])], id="ABA"),
        pytest.param([(A, 1), (B, 1), (A, 1)], [(1, 1, [1]), (2, 2, [1]), (3, 1, [1])], id="ABA in a day"),
        pytest.param(
            [(A, 1), (B, 2), (A, 3), (A, 4), (B, 5)],
            [(1, 1, [1]), (2, 2, [2]), (3, 1, [3, 4]), (4, 2, [5])],
            id="ABAAB",
        ),
        pytest.param([(A, 2), (B, 1)], [(1, 1, [2]), (2, 2, [1])], id="late"),
        pytest.param([(A, 1), (B, 5), (A, 3)], [(1, 1, [1, 3]), (2, 2, [5])], id="late and in force then"),
        pytest.param([(A, 1), (B, 5), (B, 3)], [(1, 1, [1]), (2, 2, [5]), (3, 2, [3])], id="late, sooner"),
        pytest.param(
            [(A, 1), (A, 5), (B, 3), (A, 4)],
            [(1, 1, [1, 5]), (2, 2, [3]), (3, 1, [4])],
            id="late between two of one",
        ),
        pytest.param([(A, 5), (A, 2)], [(1, 1, [5]), (2, 1, [2])], id="the same, earlier"),
    ],
)
def test_every_snapshot_has_its_place(deliveries: list, expected: list, bench: Bench) -> None:
    """Deliveries by day, in the order they come: a return is a change, one in force then is none."""
    for content, day in deliveries:
        bench.deliver("mentors", content, on=MAY[day - 1])
    assert history(bench) == expected
    assert bench.build("select distinct _load_id from raw.mentors order by 1") == [
        (content,) for content in sorted({content for _, content, _ in expected})
    ]
    returns = bench.build(f"select {COUNTS} from raw.loads where content_load_id <> load_id")
    assert set(returns) <= {(2, 0, 0, 2)}


def test_accepting_twice_adds_nothing(bench: Bench) -> None:
    """A retry of the task finds everything in raw."""
    bench.land("events", array(events(3)))
    assert ledger.accept() == [1]
    assert ledger.accept() == []
    bench.land("mentors", A)
    assert ledger.accept() == [2]
    assert ledger.accept() == []
    assert bench.rows_in_raw() == 5


def test_a_delivery_is_accepted_as_a_whole(bench: Bench) -> None:
    """Where one file cannot be moved into raw, none is."""
    bench.land("users", users(3))
    landing.land(declared().source("mentors"), bench.write("mentors", A), MAY[0])
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("alter table raw.mentors rename to away")
    with pytest.raises(duckdb.CatalogException, match="mentors"):
        ledger.accept()
    assert bench.build("select (select count(*) from raw.users), (select count(*) from raw.loads)") == [
        (0, 0)
    ]


def test_a_delivery_that_the_gate_refuses_leaves_no_rows(bench: Bench) -> None:
    """The ledger keeps it as refused, once; a corrected delivery of the same names loads normally."""
    bench.deliver("events", array(events(2)), on=MAY[0])
    in_raw = bench.rows_in_raw()
    for _ in range(2):
        bench.land("users", users(3), on=MAY[1])
        landing.land(declared().source("mentors"), bench.write("mentors", A), MAY[1])
        landing.land(declared().source("events"), bench.write("events", array(events(2))), MAY[1])
        ledger.refuse_landed("too many strangers")
    assert bench.rows_in_raw() == in_raw
    assert bench.build(f"select source, reason, {COUNTS} from raw.loads where status = 'refused'") == [
        ("users", "too many strangers", 0, 0, 0, 0),
        ("mentors", "too many strangers", 0, 0, 0, 0),
    ]
    assert bench.deliver("users", users(4), on=MAY[1]) == [4]
    assert bench.deliver("users", users(3), on=MAY[2]) == [5]
    assert [len(bench.rows_of("users", load_id)) for load_id in (4, 5)] == [4, 3]


def test_refused_events_are_not_known(bench: Bench) -> None:
    """What was refused was never accepted: the same content is read, and can be accepted, again."""
    bench.land("events", array(events(3)))
    ledger.refuse_landed("too many strangers")
    assert not bench.land("events", array(events(3))).is_known
    assert ledger.accept() == [2]
    assert bench.build("select count(*) from raw.events") == [(3,)]


def test_opening_raw_again_keeps_it(bench: Bench) -> None:
    """Every run opens the raw layer; it is made once."""
    bench.deliver("users", users(3))
    ledger.open_raw()
    assert bench.rows_in_raw() == 3


@pytest.mark.parametrize(
    "spelled",
    [
        "2031-04-01T10:00:00.000Z",
        "2031-04-01T10:00:00+00:00",
        "2031-04-01 12:00:00+02",
        "2031-04-01T10:00:00",
        "2031-04-01t10:00z",
    ],
)
def test_the_same_moment_is_the_same_event(spelled: str, bench: Bench) -> None:
    """A full export in another spelling brings what is new; raw keeps the text that came first."""
    bench.deliver("events", array(events(3)))
    again = [event(f"e{number}", timestamp=spelled) for number in (1, 2, 3, 4, 4)]
    assert bench.deliver("events", lines(again), on=MAY[2]) == [2]
    assert bench.build(f"select {COUNTS} from raw.loads where load_id = 2") == [(5, 1, 0, 4)]
    assert bench.build('select "timestamp" from raw.events order by event_id') == [
        *[("2031-04-01T10:00:00Z",)] * 3,
        (spelled,),
    ]


@pytest.mark.parametrize(
    "spelled",
    [
        A.replace(",100", ",100.00").replace(",50", ",5e1"),
        f"{MENTORS_HEADER}K2,Silver,50\nK1,Gold,100\nK1,Gold,100.0\n",
        "note," + A.replace("K", ",K"),
    ],
)
def test_a_snapshot_in_force_is_the_same_in_another_spelling(spelled: str, bench: Bench) -> None:
    """Numbers, the order of the rows and columns that nobody reads are no change; one row more or less is."""
    assert bench.deliver("mentors", A, on=MAY[1]) == [1]
    assert bench.deliver("mentors", spelled, on=MAY[2]) == []
    assert history(bench) == [(1, 1, [2, 3])]
    more = spelled + ",K3,Gold,1\n"[not spelled.startswith("note") :]
    assert bench.deliver("mentors", more, on=MAY[3]) == [2]
    assert bench.deliver("mentors", spelled, on=MAY[4]) == [3]


def test_a_snapshot_with_other_rejected_rows_is_a_change(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quarantine has every rejected row of every content, so none is skipped."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "50")
    assert bench.deliver("mentors", A + "K3,Golden,1\n", on=MAY[1]) == [1]
    assert bench.deliver("mentors", A + "\nK3,Golden,1\n", on=MAY[2]) == []
    assert bench.deliver("mentors", A + "K3,Silvern,1\n", on=MAY[3]) == [2]


@pytest.mark.parametrize(
    ("contents", "is_parsed"),
    [
        pytest.param([A, A], [True, False], id="in force"),
        pytest.param([A, B, A], [True, True, False], id="an earlier one"),
        pytest.param([A, B, B], [True, True, True], id="stored as what changed"),
        pytest.param([A + "K1,Gold,100\n"] * 2, [True, True], id="with a duplicate"),
        pytest.param([A.replace("K1", " K1")] * 2, [True, True], id="with a value to trim"),
    ],
)
def test_a_snapshot_that_is_stored_as_it_came_is_not_parsed(
    contents: list[str], is_parsed: list[bool], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash tells its rows; landing and screen are as if it were parsed."""
    calls: list[object] = []
    real = parse.parse
    monkeypatch.setattr(parse, "parse", lambda *args: calls.append(args) or real(*args))
    for day, (content, expected) in enumerate(zip(contents, is_parsed, strict=True)):
        calls.clear()
        found = str(bench.land("mentors", content, on=MAY[day])), bench.landed("from delivered.files")
        rows = bench.landed("from delivered.mentors order by _row_number")
        assert bool(calls) == expected
        with monkeypatch.context() as patch:
            patch.setattr(landing, "_land_stored", lambda *args: None)
            parsed = str(bench.land("mentors", content, on=MAY[day])), bench.landed("from delivered.files")
        assert (found, rows) == (parsed, bench.landed("from delivered.mentors order by _row_number"))
        ledger.accept()


def test_a_snapshot_of_an_earlier_date_is_parsed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule may judge its rows by the data date."""
    bench.deliver("mentors", A, on=MAY[5])
    calls: list[object] = []
    real = parse.parse
    monkeypatch.setattr(parse, "parse", lambda *args: calls.append(args) or real(*args))
    assert bench.land("mentors", A, on=MAY[4]).rows_loaded == 2
    assert calls
