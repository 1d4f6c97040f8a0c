"""A file with a fault of the whole is refused: nothing of it is loaded, and the ledger says why."""

import gzip
from collections.abc import Callable

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import DATA_DATE, USERS_HEADER, Bench, array, event, events, user, users


def too_many_invalid(bench: Bench) -> None:
    bench.land("users", users(10) + user(11, "paused") + user(12, "gone") + user(1, "churned"))


def damaged_gzip(bench: Bench) -> None:
    bench.land("users", gzip.compress(users(30).encode())[:-4], "users_db_export.csv.gz")


def only_blank_lines(bench: Bench) -> None:
    bench.land("users", USERS_HEADER + "\n \n\t\n")


@pytest.mark.parametrize(
    ("deliver", "message"),
    [
        (
            too_many_invalid,
            "users_db_export.csv has too many invalid rows: found 3 of 13 (23.1 %), 2 unknown_status (rows"
            ' 11, 12); 1 conflicting_duplicate (rows 13). Row 11 (line 12): status "paused" is none of'
            ' active, churned. Row 13 (line 14): status "churned" after "active". Expected at most 5 %'
            " (MENTOR_MAX_REJECTED_PCT); correct these rows and deliver the file again.",
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
    (path,) = bench.folder.iterdir()
    assert bench.build(
        "select source, file_name, status, reason, data_date, length(sha256) from raw.loads"
    ) == [("users", path.name, "refused", message, DATA_DATE, 64)]
    assert bench.rejected() == [] or deliver is too_many_invalid
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
