"""A file with a fault of the whole is refused: nothing of it is loaded, and the ledger says why."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from include.mentoring import ledger
from include.mentoring.errors import FileRefused
from include.mentoring.generator import defects
from include.mentoring.sources import SOURCES
from tests.mentoring.deliveries import DATA_DATE, USERS_HEADER, Bench, array, event, events, user, users

FILE_DEFECTS = [
    ("truncated_events", "events", "array is not closed"),
    ("truncated_users", "users", "is cut off: row 155"),
    ("truncated_mentors", "mentors", "is cut off: row 15"),
    *(("empty_file", source, "is empty: found 0 bytes") for source in SOURCES),
    *(("header_only", source, "has no rows") for source in SOURCES),
    *(("not_utf8", source, "is not UTF-8: found byte 0xe9") for source in SOURCES),
    ("missing_column", "users", "lacks the column status"),
    ("missing_column", "mentors", "lacks the column tier"),
    ("missing_column", "events", "lacks the column timestamp"),
    ("nul_byte", "events", "cannot be parsed to its end"),
]


@pytest.mark.parametrize(("defect", "source", "found"), FILE_DEFECTS)
def test_a_file_with_a_fault_of_the_whole_is_refused(
    defect: str, source: str, found: str, bench: Bench, sample: Path
) -> None:
    """The message names the file, what was found, what was expected and what to do; raw stays empty."""
    asked = {} if defect.startswith("truncated") else {"source": source}
    defects.apply(defect, sample, **asked)
    path = sample / SOURCES[source].file_name
    with pytest.raises(FileRefused) as refusal:
        bench.land_file(source, path)
    message = str(refusal.value)
    assert message.startswith(path.name)
    assert found in message
    assert "Expected " in message
    assert "deliver" in message
    assert bench.landed("select count(*) from delivered.files") == [(0,)]
    assert bench.loaded(source) == []

    assert ledger.accept() == []
    assert bench.rows_in_raw() == 0
    assert bench.build(
        "select source, file_name, status, reason, data_date,"
        " rows_in_file + rows_loaded + rows_rejected + rows_duplicate, length(sha256), size_bytes"
        " from raw.loads"
    ) == [(source, path.name, "refused", message, DATA_DATE, 0, 64, path.stat().st_size)]


def too_many_unfit(bench: Bench) -> None:
    bench.land("users", users(10) + user(11, "paused") + user(12, "gone") + user(1, "churned"))


def damaged_gzip(bench: Bench) -> None:
    bench.land("users", gzip.compress(users(30).encode())[:-4], "users_db_export.csv.gz")


def only_blank_lines(bench: Bench) -> None:
    bench.land("users", USERS_HEADER + "\n \n\t\n")


@pytest.mark.parametrize(
    ("deliver", "message"),
    [
        (
            too_many_unfit,
            "users_db_export.csv has too many unfit rows: found 3 of 13 (23.1 %), 2 unknown_status (rows 11,"
            " 12); 1 conflicting_duplicate (rows 13). Expected at most 5 % (MENTOR_MAX_REJECTED_PCT);"
            " correct these rows and deliver the file again.",
        ),
        (
            damaged_gzip,
            "users_db_export.csv.gz cannot be unpacked to its end: Compressed file ended before the"
            " end-of-stream marker was reached. Expected a complete gzip file; deliver it again.",
        ),
        (
            only_blank_lines,
            "users_db_export.csv has no rows: found 43 bytes without a record. Expected at least one row;"
            " deliver the whole file again.",
        ),
    ],
)
def test_what_the_person_reads(deliver: Callable[[Bench], None], message: str, bench: Bench) -> None:
    """The whole message of a refusal can be acted on without looking into the file."""
    with pytest.raises(FileRefused) as refusal:
        deliver(bench)
    assert str(refusal.value) == message
    assert bench.build("select reason from raw.loads") == [(message,)]
    assert bench.rejected() == [] or deliver is too_many_unfit
    assert bench.rows_in_raw() == 0


def test_a_refused_file_of_the_same_name_loads_once_corrected(bench: Bench) -> None:
    """A refusal leaves nothing that a corrected file could meet, whichever source is at fault."""
    with pytest.raises(FileRefused):
        bench.land("events", array([*events(3), event("e1", event_type="session_ended")]))
    assert bench.deliver("events", array(events(4))) == [2]
    assert bench.build("select load_id, status, rows_loaded from raw.loads order by 1") == [
        (1, "refused", 0),
        (2, "accepted", 4),
    ]


def test_the_same_refusal_is_noted_once(bench: Bench) -> None:
    """A retry of the run tells the ledger nothing new; another content does."""
    for content in (users(3) + user(4, "x"), users(3) + user(4, "x"), users(3) + user(4, "y")):
        with pytest.raises(FileRefused):
            bench.land("users", content)
    assert bench.build("select count(*) from raw.loads") == [(2,)]
