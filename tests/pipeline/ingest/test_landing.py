"""Every row of a file has one fate: loaded, rejected for one reason, or counted as a duplicate."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.ingest import landing
from include.pipeline.ingest.landing import Landed
from tests.support.deliveries import (
    DATA_DATE,
    MENTORS_HEADER,
    USERS_HEADER,
    Bench,
    array,
    event,
    events,
    lines,
    user,
    users,
)


def counts(landed: Landed) -> tuple[int, int, int, int]:
    """Return rows in the file, loaded, rejected, duplicate."""
    return landed.rows_in_file, landed.rows_loaded, landed.rows_rejected, landed.rows_duplicate


@pytest.mark.parametrize(
    ("rows", "rejected", "limit", "is_refused"),
    [
        (20, 1, "5", False),
        (19, 1, "5", True),
        (21, 1, "5", False),
        (1000, 50, "5", False),
        (1000, 51, "5", True),
        (20, 0, "0", False),
        (20, 1, "0", True),
        (4, 4, "100", False),
    ],
)
def test_the_share_of_rejected_rows_decides(
    rows: int, rejected: int, limit: str, is_refused: bool, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to MENTOR_MAX_REJECTED_PCT percent the good rows load; above it none does."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", limit)
    content = USERS_HEADER + "".join(
        user(number, "paused" if number <= rejected else "active") for number in range(1, rows + 1)
    )
    if is_refused:
        with pytest.raises(FileRefused, match=f"found {rejected} of {rows} .*Expected at most {limit} %"):
            bench.land("users", content)
        assert bench.loaded("users") == []
    else:
        assert counts(bench.land("users", content)) == (rows, rows - rejected, rejected, 0)


def test_a_row_has_the_first_reason_that_fits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reason a row: malformed before missing, missing before wrong, wrong before a known key."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    bench.land(
        "users", USERS_HEADER + user(1) + "1,C\0,,\n" + "1,,x,x\n" + "1,C,x,x\n" + "1,C,2031-01-05,x\n"
    )
    assert [reason for _, reason, _ in bench.rejected()] == [
        "malformed_record",
        "missing_value",
        "invalid_date",
        "unknown_status",
    ]


def test_a_rejected_row_makes_no_later_row_a_duplicate(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is known from its first fit row on: what was rejected before does not count."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    content = USERS_HEADER + user(1, "paused") + user(1) + user(1) + user(1, "churned") + user(2)
    assert counts(bench.land("users", content)) == (5, 2, 2, 1)
    assert bench.loaded("users") == [
        (2, "1", "C-1", "2031-01-05", "active"),
        (5, "2", "C-1", "2031-01-05", "active"),
    ]


def test_a_user_id_is_the_same_as_number_and_as_text(bench: Bench) -> None:
    """Ids are text: 71 and "71" are equal, and no quotes are left that would join to nothing."""
    for form in (array, lines):
        bench.land("events", form([event("e1", user_id=71), event("e2", user_id="71")]))
        assert {row[2] for row in bench.loaded("events")} == {"71"}


def test_ids_are_text_and_never_numbers(bench: Bench) -> None:
    """Leading zeros, fractions, booleans and large numbers stay what was written."""
    ids = ["007", 7.5, True, 12345678901234567890123, "7", "71.0"]
    for form in (array, lines):
        bench.land("events", form([event(f"e{place}", user_id=value) for place, value in enumerate(ids)]))
        assert [row[2] for row in bench.loaded("events")] == [
            "007",
            "7.5",
            "true",
            "12345678901234567890123",
            "7",
            "71.0",
        ]


def test_a_value_without_a_visible_character_is_missing(bench: Bench) -> None:
    """White space of any kind is no id."""
    blanks = ["", "  ", "\t", "\n", "\u00a0", "\u3000 \t"]
    for form in (array, lines):
        bench.land("events", form([*events(200), *(event("e0", mentor_id=blank) for blank in blanks)]))
        assert [reason for _, reason, _ in bench.rejected()] == ["missing_value"] * len(blanks)
    bench.land("users", users(200) + "".join(user(f'"{blank}"') for blank in blanks))
    assert [reason for _, reason, _ in bench.rejected()] == ["missing_value"] * len(blanks)


@pytest.mark.parametrize("form", [array, lines])
def test_an_empty_object_lacks_values(form: Any, bench: Bench) -> None:
    """An object without the columns is a record that misses them; what is no object is malformed."""
    others = [{}, 42, "text", None, ["e1"], True]
    bench.land("events", form([*events(200), *others]))
    assert [(reason, json.loads(text)) for _, reason, text in bench.rejected()] == [
        ("missing_value", {}),
        *(("malformed_record", value) for value in others[1:]),
    ]


def test_landing_a_file_again_replaces_it(bench: Bench) -> None:
    """A retry of the task lands the file as the first try did."""
    path = bench.write("users", users(20) + user(1) + user(2, "churned"))
    first = bench.land_file("users", path)
    again = landing.land(declared().source("users"), path, DATA_DATE)
    assert counts(first) == counts(again) == (22, 20, 1, 1)
    assert len(bench.loaded("users")) == 20
    assert len(bench.rejected()) == 1
    assert bench.landed("select count(*) from delivered.files") == [(1,)]


def test_large_files_keep_their_order(bench: Bench) -> None:
    """Row numbers follow the file through DuckDB's threads."""
    records: list[Any] = [
        event(f"e{number}", event_type="x") if number % 50 == 0 else event(f"e{number}")
        for number in range(60_000)
    ]
    for form in (array, lines):
        bench.land("events", form(records))
        assert all(event_id == f"e{number - 1}" for number, event_id, *_ in bench.loaded("events"))
        assert all(json.loads(text) == records[number - 1] for number, _, text in bench.rejected())
        assert len(bench.rejected()) == 1_200


def test_the_sentence_counts_the_rows(bench: Bench) -> None:
    """The task's log says what became of the rows, and which columns were ignored."""
    content = "note," + USERS_HEADER + "".join(f"x,{user(number)}" for number in [*range(20), 3])
    assert str(bench.land("users", content + "x," + user(4, "churned"))) == (
        "users_db_export.csv: 22 rows, 20 loaded, 1 duplicate, 1 rejected, ignored columns note;"
        ' row 22 (line 23): status "churned" after "active"'
    )


def test_prices_are_numbers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A price is a decimal number; words, units and decimal commas are not."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    prices = ["120.50", "80", "0", '"80,5"', "80 EUR", "NaN", "infinity", "1e40"]
    bench.land("mentors", MENTORS_HEADER + "".join(f"K{p},Gold,{x}\n" for p, x in enumerate(prices)))
    assert [row[3] for row in bench.loaded("mentors")] == ["120.50", "80", "0"]
    assert {reason for _, reason, _ in bench.rejected()} == {"invalid_number"}


IN_A_ZONE = """
import sys
from pathlib import Path
from include.pipeline.core import settings, warehouse
from tests.support.deliveries import Bench
settings.load()
bench = Bench(Path(sys.argv[1]))
for source, name in (("users", "users_db_export.csv"), ("events", "booking_events.json")):
    bench.land_file(source, bench.folder / name)
    from include.pipeline.ingest import ledger
    ledger.accept()
for table in ("users", "events", "loads", "rejected_rows"):
    for row in bench.build(f"select columns(c -> c not in ('_loaded_at', 'loaded_at')) from raw.{table}"):
        print(row)
"""


def test_the_time_zone_of_the_machine_changes_nothing(bench: Bench, sample: Path, tmp_path: Path) -> None:
    """The raw layer is the same in Rome and in New York, daylight saving gaps included."""
    content = json.loads((sample / "booking_events.json").read_text(encoding="utf-8"))
    for place, moment in enumerate(("2023-03-26T02:30:00", "2023-03-12T02:30:00", "2023-02-30T02:30:00")):
        content[place]["timestamp"] = moment
    (sample / "booking_events.json").write_text(json.dumps(content), encoding="utf-8")
    printed = []
    for zone in ("America/New_York", "Europe/Rome"):
        environment = {**os.environ, "TZ": zone, "MENTOR_WAREHOUSE_DIR": str(tmp_path / zone)}
        done = subprocess.run(
            [sys.executable, "-c", IN_A_ZONE, str(sample)],
            cwd=PROJECT_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        printed.append(done.stdout)
    assert "2023-03-26T02:30:00" in printed[0]
    assert printed[0].count("invalid_timestamp") == 1
    assert printed[1] == printed[0]
