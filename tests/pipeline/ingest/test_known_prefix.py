"""A longer export of an accepted file ends as if all of it were parsed, though only its rest is."""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared, load, settings
from include.pipeline.ingest import landing, ledger, parse
from include.pipeline.maintenance import rebuild_raw
from include.pipeline.quality.validate import validate
from include.simulator.consecutive_days import write_days
from tests.pipeline.quality.conftest import RUN_ID, land_folder
from tests.support.deliveries import DATA_DATE, Bench, array, event, events, lines

TYPES = ("booking_requested", "booking_confirmed", "session_started", "session_ended", "paused")
NEXT_DAY = DATA_DATE + timedelta(days=1)
WORLDS = 8
LANDED = (
    "from delivered.files order by source",
    "from delivered.events order by _row_number",
    "from delivered.rejected_rows order by source, row_number",
)
RAW = (
    "select * exclude (loaded_at) from raw.loads order by load_id",
    "select * exclude (_loaded_at) from raw.events order by all",
    "from raw.rejected_rows order by load_id, row_number",
    "select source, load_id, size_bytes, sha256 from raw.prefixes order by load_id desc limit 1",
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that will have how many rows each call of the parser has got."""
    found: list[int] = []
    real = parse.parse

    def counted(connection: duckdb.DuckDBPyConnection, *args: Any) -> Any:
        returned = real(connection, *args)
        found.extend(connection.execute("select count(*) from parsed").fetchone() or ())
        return returned

    monkeypatch.setattr(parse, "parse", counted)
    return found


def forget_prefixes() -> None:
    """Make the next file one that is parsed as a whole."""
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("delete from raw.prefixes")


class World:
    """Records of a booking tool, as texts, with every defect of a row, and how its exports are written."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.is_array = self.random.random() < 0.5
        self.is_packed = self.random.random() < 0.3
        self.between = self.random.choice([",", ", ", ",\n ", "\n,"] if self.is_array else ["\n", "\r\n"])
        self.begin, self.end = ("[", self.random.choice(["]", "\n]\n", " ] "])) if self.is_array else ("", "")
        self.day = self.random.choice([NEXT_DAY, NEXT_DAY, DATA_DATE, DATA_DATE - timedelta(days=1)])
        # Of these a file can only be parsed as a whole, so most worlds have none.
        self.has_odd_values = self.random.random() < 0.2
        self.records = [self.record(place) for place in range(90)]

    def record(self, place: int) -> str:
        known = self.random.randrange(place) if place else 0
        days_ahead = self.random.choice([1, 2, 3, 4])
        good = event(f"e{place}", event_type=self.random.choice(TYPES[:4]))
        kinds = [
            *[json.dumps(good)] * 12,
            # Equal to another one, or not, whatever became of that.
            *[json.dumps(event(f"e{known}"))] * 4,
            json.dumps(event(f"e{known}", mentor_id="K2")),
            *[json.dumps({**good, "timestamp": f"{DATA_DATE + timedelta(days_ahead)}T10:00:00Z"})] * 2,
            json.dumps({**good, "event_type": "paused"}),
            json.dumps({**good, "user_id": None}),
            json.dumps({**good, "user_id": {"id": 1}}),
            json.dumps(good)[:-1] + ', "user_id": 72}',
            json.dumps({"event_id": f"e{place}"}),
            self.random.choice(["5", "null", '"x"', "[1]", "{}"]),
        ]
        if not self.is_array:
            kinds += ["\ufeff" + json.dumps(good), '{"event_id": "x', "  " + json.dumps(good), "x,y"]
        if self.has_odd_values:
            odd = {"mentor_id": " K1"}, {"note": "x"}, {"event_id": "e1", "timestamp": "2031-04-01T10:00Z"}
            kinds += [json.dumps(good | self.random.choice(odd))] * 3
        return self.random.choice(kinds)

    def export(self, first: int, last: int) -> tuple[bytes, str]:
        """Return the file of some records, and its name."""
        content = (self.begin + self.between.join(self.records[first:last]) + self.end).encode()
        if not self.is_array:
            content += self.between.encode()
        return (gzip.compress(content), "booking_events.json.gz") if self.is_packed else (content, "")

    def deliveries(self) -> Iterator[tuple[int, int, date]]:
        """Yield from where to where the records of each delivery go, and its data date."""
        yield 0, 30, DATA_DATE
        if self.random.random() < 0.3:
            yield 35, 45, DATA_DATE
        yield 0, 50, self.day
        if self.random.random() < 0.3:
            yield 60, 80, self.day
        yield 0, 70, self.day
        yield 0, 90, self.day


def outcomes(bench: Bench, world: World, deliveries: list[Any], *, is_remembered: bool) -> list[Any]:
    """Deliver the exports; return what each left in the landing and in raw."""
    left: list[Any] = []
    for first, last, day in deliveries:
        content, name = world.export(first, last)
        if left and not is_remembered:
            forget_prefixes()
        try:
            left.append(str(bench.land("events", content, name or None, day)))
        except FileRefused as refused:
            left.append(str(refused))
            continue
        left += [bench.landed(query) for query in LANDED]
        left.append(ledger.accept())
        left += [bench.build(query) for query in RAW]
    return left


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < 3 else pytest.mark.slow) for seed in range(WORLDS)]
)
def test_both_ways_end_alike(
    seed: int, bench: Bench, parsed: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Screen, landing, ledger, rows and quarantine are equal, whatever the rows are."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100" if seed % 5 else "40")
    world = World(seed)
    deliveries = list(world.deliveries())
    short = outcomes(bench, world, deliveries, is_remembered=True)
    rows_of_short = sum(parsed)
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "other"))
    load()
    ordinary = outcomes(bench, world, deliveries, is_remembered=False)
    for one, other in zip(short, ordinary, strict=True):
        assert one == other
    is_refused = any("too many invalid rows" in str(one) for one in short)
    if not (world.has_odd_values or is_refused or world.day < DATA_DATE):
        assert rows_of_short < 0.9 * (sum(parsed) - rows_of_short)


@pytest.mark.parametrize("form", [array, lines])
@pytest.mark.parametrize("is_packed", [False, True])
def test_only_the_rest_is_parsed(form: Any, is_packed: bool, bench: Bench, parsed: list[int]) -> None:
    """Export after export: the rows that were rejected and the new ones; rows keep their places."""
    records = [*events(20), event("e7"), event("odd", event_type="paused"), event("e8", user_id=72)]
    records += [event(f"n{number}") for number in range(27)]

    def land(rows: int) -> landing.Landed:
        content = form(records[:rows]).encode()
        if is_packed:
            return bench.land("events", gzip.compress(content), "booking_events.json.gz")
        return bench.land("events", content)

    for rows in (40, 45, 50):
        landed = land(rows)
        assert landed.rows_in_file == rows
        if rows > 40:
            assert (landed.rows_loaded, landed.rows_duplicate, landed.rows_rejected) == (5, rows - 7, 2)
        assert landed.rejections[0].startswith("row 22" if form is array else "row 22 (line 22)")
        ledger.accept()
    assert parsed == [40, 2 + 5, 2 + 5]
    kept = bench.build("select load_id, row_number, reason from raw.rejected_rows order by all")
    rejected = [(22, "unknown_event_type"), (23, "conflicting_duplicate")]
    assert kept == [(load_id, *row) for load_id in (1, 2, 3) for row in rejected]


def odd(**changed: object) -> list[Any]:
    return [*events(40), event("odd", **changed)]


ORDINARY = {
    "a row differs": (array(events(40)), array([event("e1", user_id=72), *events(60)[1:]])),
    "a record goes on": (lines(events(40)) + "5", lines(events(40)) + "51\n" + lines([event("n1")])),
    "the array begins otherwise": (array(events(40)), " " + array(events(60))),
    "another form": (lines(events(40)), array(events(60))),
    "values were trimmed": (array(odd(user_id=" 71 ")), array([*odd(user_id=" 71 "), *events(50)[40:]])),
    "a column was ignored": (array(odd(note="x")), array([*odd(note="x"), *events(50)[40:]])),
    "a column is new": (array(events(40)), array([*events(40), event("odd", note="x")])),
    "a duplicate is spelled otherwise": (
        array([*events(40), event("e1", timestamp="2031-04-01T10:00Z")]),
        array([*events(40), event("e1", timestamp="2031-04-01T10:00Z"), event("n1")]),
    ),
    # Of a file without them, the prefix would end between other lines.
    "two marks": (
        "\ufeff\ufeff" + lines(events(40)),
        "\ufeff\ufeff" + lines(events(40)) + "5\n\n\n\n\n" + lines([event("n1")]),
    ),
    "another shape": tuple(
        "".join(json.dumps(row, indent=1) + "\n" for row in events(count)) for count in (40, 60)
    ),
    "shorter": (array(events(60)), array(events(40))),
}


@pytest.mark.parametrize("why", ORDINARY)
def test_else_all_of_it_is_parsed(why: str, bench: Bench, parsed: list[int], monkeypatch: Any) -> None:
    """Whatever may give a row another fate, or the file another warning."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "10")
    first, again = ORDINARY[why]
    bench.deliver("events", first)
    landed = bench.land("events", again, on=NEXT_DAY)
    assert parsed[-1] == landed.rows_in_file


def test_an_earlier_data_date_judges_all_again(bench: Bench, parsed: list[int]) -> None:
    """Rows that were accepted lie in the future of an earlier day."""
    late = event("late", timestamp=f"{NEXT_DAY}T10:00:00Z")
    bench.deliver("events", array([*events(40), late]))
    landed = bench.land("events", array([*events(40), late, event("n1")]), on=date(2031, 5, 1))
    assert (landed.rows_in_file, landed.rows_rejected, parsed) == (42, 1, [41, 42])


def test_a_row_may_lie_in_the_future_no_longer(bench: Bench, parsed: list[int]) -> None:
    """What was rejected is judged again, and loads."""
    late = event("late", timestamp=f"{NEXT_DAY + timedelta(days=1)}T10:00:00Z")
    bench.deliver("events", array([late, *events(40)]))
    bench.deliver("events", array([late, *events(42)]), on=NEXT_DAY)
    assert parsed == [41, 3]
    assert bench.build("select event_id, _row_number from raw.events where _load_id = 2 order by 2") == [
        ("late", 1),
        ("e41", 42),
        ("e42", 43),
    ]


def test_a_refused_export_is_read_as_a_whole(bench: Bench, parsed: list[int]) -> None:
    """The refusal says where in the file."""
    bench.deliver("events", lines(events(40)))
    with pytest.raises(FileRefused, match=r"found 10 of 50 .* \(rows 41, 42, 43, 44, 45, …\).*\(line 41\)"):
        bench.land("events", lines([*events(40), *[event(f"n{n}", event_type="x") for n in range(10)]]))
    assert parsed == [40, 10, 50]


def test_rows_that_are_not_there_are_read_again(bench: Bench, parsed: list[int]) -> None:
    """Where the rows of the prefix do not add up to its counts, they are no help."""
    bench.deliver("events", array(events(40)))
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("delete from raw.events where event_id = 'e7'")
    assert bench.land("events", array(events(50))).rows_loaded == 11
    assert parsed == [40, 10, 50]


def test_what_is_not_accepted_is_no_prefix(bench: Bench, parsed: list[int]) -> None:
    """A refused file has no rows, nor has a withdrawn one; what came after it was judged again."""
    bench.land("events", array(events(20)))
    ledger.refuse_landed("too many strangers")
    bench.deliver("events", array(events(40)))
    bench.deliver("events", array(events(50)))
    rebuild_raw.withdraw(2)
    assert bench.build("select load_id, begins_with from raw.prefixes") == [(3, None)]
    bench.deliver("events", array(events(60)))
    assert bench.build("select load_id, rows_loaded, rows_duplicate from raw.loads order by 1") == [
        (1, 0, 0),
        (2, 0, 0),
        (3, 50, 0),
        (4, 10, 50),
    ]
    assert parsed == [20, 40, 10, 50, 10]


def test_rows_of_a_build_of_an_earlier_version_become_a_prefix(bench: Bench, parsed: list[int]) -> None:
    """It has no prefix: the next export is parsed, all of it repeated, and the one after that is short."""
    bench.deliver("events", array(events(40)))
    bench.deliver("events", array(events(45)[40:]))
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("drop table raw.prefixes")
        connection.execute("drop table raw.repeats")
    ledger.open_raw()
    bench.deliver("events", array(events(48)))
    assert bench.build("from raw.repeats order by all") == [
        (3, "events", 1, 40, 1, 1),
        (3, "events", 41, 5, 2, 1),
    ]
    bench.deliver("events", array(events(50)))
    assert parsed == [40, 5, 48, 2]


def test_the_gate_says_the_same(
    bench: Bench, parsed: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of exports with duplicates, rejected rows, unknown users and lost types: verdict and warnings."""
    days = write_days(tmp_path / "days", events=2_000, new=200, days=1)
    path = days.again.folder / declared().source("events").file_name
    records = json.loads(path.read_text(encoding="utf-8"))
    known = [*records[:1900], *records[:30], *[{**records[5], "event_type": "paused"}] * 60]
    rest = [*records[1900:], *records[40:60], *[{**records[9], "event_id": "x", "user_id": "?"}] * 3]
    rest = [row for row in rest if row["event_type"] != "session_ended"]
    (days.first.folder / path.name).write_text(array(known), encoding="utf-8")
    path.write_text(array([*known, *rest]), encoding="utf-8")
    users = days.again.folder / declared().source("users").file_name
    users.write_text("".join(users.read_text(encoding="utf-8").splitlines(True)[:-40]), encoding="utf-8")

    def verdict(warehouse_dir: Path, *, is_remembered: bool) -> Any:
        monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(warehouse_dir))
        load()
        land_folder(days.first.folder, data_date=days.first.data_date)
        ledger.accept()
        if not is_remembered:
            forget_prefixes()
        land_folder(days.again.folder, data_date=days.again.data_date)
        return validate(RUN_ID).checks

    short = verdict(tmp_path / "short", is_remembered=True)
    assert parsed[-1] == 60 + len(rest)
    ordinary = verdict(tmp_path / "ordinary", is_remembered=False)
    assert parsed[-1] == len(known) + len(rest)
    assert short == ordinary
    assert [check for check in short if not check.passed]
