"""What was loaded and rejected, published or not."""

from datetime import date

from include.pipeline.core import origin, warehouse
from include.pipeline.core.settings import Settings
from include.pipeline.ingest import ledger
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_load, publish

PAGE = "/mentoring/quality/"


def test_a_load_is_listed_with_its_counts(webserver: Server, folders: Settings) -> None:
    """The newest first, with the reason of one that was refused."""
    refused = a_load(2, status="refused", reason="it is truncated")
    publish(folders, [a_load(1), refused])
    (loads,) = tables(webserver.get(PAGE).text)
    counts = ["4,321", "4,310", "8", "3", "2031-05-03 04:05:06"]
    assert loads[1:] == [
        ["2", "users", "users-2.csv", "2031-05-02", "refused", *counts, "it is truncated"],
        ["1", "users", "users-1.csv", "2031-05-02", "accepted", *counts, "–"],
    ]


def test_rejected_rows_are_counted_by_source_and_reason(webserver: Server, folders: Settings) -> None:
    """All are counted; of each reason a few are shown, those of the newest load first."""
    rejected = [(1, "users", number, "missing_value", f"old {number}") for number in (1, 2)]
    rejected += [(2, "users", number, "missing_value", f"new {number}") for number in range(1500, 1504)]
    rejected += [(2, "users", 9, "invalid_status", None), (1, "events", 3, "missing_value", "an event")]
    publish(folders, [a_load(1), a_load(2)], rejected)
    (_, groups) = tables(webserver.get(PAGE).text)
    assert groups[1:] == [
        ["events", "missing_value", "1", "1", "3", "an event"],
        ["users", "invalid_status", "1", "2", "9", "–"],
        ["users", "missing_value", "6", "2", "1,500", "new 1500"],
        ["2", "1,501", "new 1501"],
        ["2", "1,502", "new 1502"],
        ["2", "1,503", "new 1503"],
        ["1", "1", "old 1"],
    ]


def test_a_refusal_shows_before_the_next_publication(webserver: Server, sample: Settings) -> None:
    """It stands in the ledger's copy at once; what is published stays, and the build is not opened."""
    ledger.refuse(ledger.Refusal("users", "bad.csv", "ab", 1, date(2031, 5, 4), "it lacks a column"))
    with warehouse.connect(sample.build_path):
        unpublished, _, _, loads = tables(webserver.get(PAGE).text)
    assert [row[:5] + row[10:] for row in unpublished[1:]] == [
        ["4", "users", "bad.csv", "2031-05-04", "refused", "it lacks a column"]
    ]
    assert [row[0] for row in loads[1:]] == ["3", "2", "1"]


def test_what_was_withdrawn_since_shows(webserver: Server, folders: Settings) -> None:
    """A load whose state is another than the published one's."""
    origin.switch_build(folders, "own")
    publish(folders, [a_load(1), a_load(2)])
    ledger.archive.write_ledger([a_load(1, status="withdrawn"), a_load(2)])
    unpublished, loads = tables(webserver.get(PAGE).text)
    assert [(row[0], row[4]) for row in unpublished[1:]] == [("1", "withdrawn")]
    assert [(row[0], row[4]) for row in loads[1:]] == [("2", "accepted"), ("1", "accepted")]
