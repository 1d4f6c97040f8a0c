"""What was loaded, rejected and checked, on one page, and the Data Docs."""

import json
import os
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pytest

from include.mentoring import ledger, origin, raw, warehouse
from include.mentoring.gate.verdict import CRITICAL, WARNING, Check
from include.mentoring.pages import quality
from include.mentoring.settings import Settings
from tests.mentoring.pages.html_tables import tables
from tests.mentoring.pages.webserver import Server

PAGE = "/mentoring/quality/"
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e\x1b"
HOSTILE_TEXT = "<img src=x onerror=alert(1)>\"'&\\u202e\\x1b"
LONG = "x" * 1000
CUT = "x" * 300 + "…"


def a_load(load_id: int, **changes: Any) -> raw.Load:
    """Return a row of the ledger."""
    return {
        "load_id": load_id,
        "source": "users",
        "file_name": f"users-{load_id}.csv",
        "sha256": f"{load_id:064}",
        "size_bytes": 10,
        "rows_in_file": 4321,
        "rows_loaded": 4310,
        "rows_rejected": 8,
        "rows_duplicate": 3,
        "ignored_columns": [],
        "data_date": date(2031, 5, 2),
        "redelivered_on": [],
        "content_load_id": load_id,
        "status": "accepted",
        "reason": None,
        "origin": "own",
        "loaded_at": datetime(2031, 5, 3, 4, 5, 6),
        **changes,
    }


def publish(folders: Settings, loads: list[raw.Load], rejected: list[tuple[Any, ...]] = []) -> None:  # noqa: B006
    """Publish a raw layer with these loads and rejected rows."""
    with warehouse.connect(folders.published_path) as connection:
        raw.create(connection)
        raw.put_loads(connection, loads)
        for row in rejected:
            connection.execute("insert into raw.rejected_rows values (?, ?, ?, ?, ?)", row)


def a_check(name: str, severity: str, passed: bool, **changes: Any) -> Check:
    """Return the outcome of a check of users.user_id."""
    return Check(
        **{
            "table": "users",
            "column": "user_id",
            "name": name,
            "description": f"the rule {name}",
            "severity": severity,
            "passed": passed,
            "failed_rows": None if passed else 2,
            "rows": 4,
            "sample_of": "user_id",
            "sample": () if passed else ("7", "8"),
            "error": None,
            **changes,
        }
    )


def judge(folders: Settings, run: str, at: int, *checks: Check) -> None:
    """Write the gate's results of a run as of so many seconds of the epoch."""
    path = folders.quality_dir / "results" / f"{run}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"run_id": run, "passed": True, "checks": list(map(asdict, checks))}), encoding="utf-8"
    )
    os.utime(path, (at, at))


def test_the_page_of_a_real_delivery(webserver: Server, sample: Settings) -> None:
    """The sample: three loads, a run of the gate with two warnings, and no rejected row."""
    html = webserver.get(PAGE).text
    runs, failed, loads = tables(html)
    assert runs[1][1:] == ["the sample", "27", "0", "2", "passed"]
    assert [row[:2] + row[3:4] for row in failed[1:]] == [
        ["users", "user_id", "warning"],
        ["events", "user_id", "warning"],
    ]
    assert "fails for 5 of 155 rows" in failed[1][4]
    assert [row[:9] for row in loads[1:]] == [
        ["3", "events", "booking_events.json", "2023-08-01", "accepted", "842", "842", "0", "0"],
        ["2", "mentors", "mentor_tiers.csv", "2023-08-01", "accepted", "15", "15", "0", "0"],
        ["1", "users", "users_db_export.csv", "2023-08-01", "accepted", "155", "150", "0", "5"],
    ]
    assert "No row was rejected." in html


def test_a_load_is_listed_with_its_counts(webserver: Server, folders: Settings) -> None:
    """The newest first, with the reason of one that was refused."""
    refused = a_load(2, status="refused", reason="it is cut off")
    publish(folders, [a_load(1), refused])
    (loads,) = tables(webserver.get(PAGE).text)
    counts = ["4,321", "4,310", "8", "3", "2031-05-03 04:05:06"]
    assert loads[1:] == [
        ["2", "users", "users-2.csv", "2031-05-02", "refused", *counts, "it is cut off"],
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


def test_what_a_delivery_says_is_text(webserver: Server, folders: Settings) -> None:
    """No row, name or finding becomes a tag, turns what stands around it, or fills the page."""
    load = a_load(1, file_name=HOSTILE, status="refused", reason=HOSTILE + LONG)
    publish(
        folders, [load], [(1, "users", 1, "missing_value", HOSTILE), (1, "users", 2, "missing_value", LONG)]
    )
    judge(folders, HOSTILE[:4], 1, a_check("one", WARNING, False, sample=(HOSTILE,)))
    html = webserver.get(PAGE).text
    runs, failed, loads, groups = tables(html)
    assert runs[1][1] == "<img"
    assert f"user_id: {HOSTILE_TEXT}" in failed[1][4]
    assert loads[1][2] == HOSTILE_TEXT
    assert loads[1][10].startswith(HOSTILE_TEXT) and loads[1][10].endswith("x…")
    assert [row[-1] for row in groups[1:]] == [HOSTILE_TEXT, CUT]
    assert "<img" not in html and LONG not in html


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


def test_before_the_first_run_the_page_says_what_to_do(webserver: Server, folders: Settings) -> None:
    """There is not even a warehouse."""
    answer = webserver.get(PAGE)
    assert answer.status == 200
    assert "Nothing is published yet. Trigger the DAG" in answer.text
    assert "The quality gate has judged no delivery yet." in answer.text
    assert tables(answer.text) == []


def test_a_first_delivery_that_is_refused_shows(webserver: Server, folders: Settings) -> None:
    """With nothing published, its refusal and what the gate found are on the page."""
    origin.switch_build(folders, "own")
    ledger.open_raw()
    ledger.refuse(ledger.Refusal("users", "bad.csv", "ab", 1, date(2031, 5, 4), "it is refused"))
    judge(folders, "first", 1, a_check("one", CRITICAL, False))
    html = webserver.get(PAGE).text
    unpublished, runs, failed = tables(html)
    assert "Nothing is published yet" in html
    assert unpublished[1][10] == "it is refused"
    assert runs[1] == ["1970-01-01 00:00:01", "first", "1", "1", "0", "refused"]
    assert failed[1] == [
        "users",
        "user_id",
        "the rule one",
        "critical",
        "fails for 2 of 4 rows (user_id: 7, 8)",
    ]


def test_checks_over_time(webserver: Server, folders: Settings) -> None:
    """The newest run first; one that could not run counts as critical; passed ones are not told."""
    passed, warned = a_check("one", CRITICAL, True), a_check("two", WARNING, False)
    not_run = a_check("three", WARNING, False, error="no such function")
    judge(folders, "b", 2, passed, warned, not_run)
    judge(folders, "a", 1, passed, warned)
    judge(folders, "c", 3, passed)
    html = webserver.get(PAGE).text
    (runs,) = tables(html)
    assert [row[1:] for row in runs[1:]] == [
        ["c", "1", "0", "0", "passed"],
        ["b", "3", "1", "1", "refused"],
        ["a", "2", "0", "1", "passed"],
    ]
    assert "Nothing failed in the newest run." in html
    (folders.quality_dir / "results" / "c.json").unlink()
    _, failed = tables(webserver.get(PAGE).text)
    assert [row[2:] for row in failed[1:]] == [
        ["the rule three", "warning", "could not be checked: no such function"],
        ["the rule two", "warning", "fails for 2 of 4 rows (user_id: 7, 8)"],
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"checks": [{"sample": []}]}'])
def test_results_that_cannot_be_read_hide_no_others(webserver: Server, folders: Settings, text: str) -> None:
    """Their row says so."""
    judge(folders, "a", 1, a_check("one", CRITICAL, True))
    (folders.quality_dir / "results" / "b.json").write_text(text, encoding="utf-8")
    (runs,) = tables(webserver.get(PAGE).text)
    assert [row[1:] for row in runs[1:]] == [
        ["b.json", "the results cannot be read"],
        ["a", "1", "0", "0", "passed"],
    ]


def test_a_long_history_is_cut(webserver: Server, folders: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has the newest of everything and says how many there are."""
    monkeypatch.setattr(quality, "MOST_LOADS", 2)
    monkeypatch.setattr(quality, "MOST_RUNS", 2)
    origin.switch_build(folders, "own")
    publish(folders, [a_load(number) for number in range(1, 4)])
    ledger.archive.write_ledger([a_load(number) for number in range(1, 8)])
    for at in range(1, 6):
        judge(folders, f"run {at}", at, a_check("one", CRITICAL, True))
    html = webserver.get(PAGE).text
    unpublished, runs, loads = tables(html)
    assert [row[0] for row in unpublished[1:]] == ["7", "6"]
    assert [row[1] for row in runs[1:]] == ["run 5", "run 4"]
    assert [row[0] for row in loads[1:]] == ["3", "2"]
    assert "Loads that are not published: the newest 2 of 4." in html
    assert "Runs of the quality gate: the newest 2 of 5." in html
    assert "Loads of the published database: the newest 2 of 3." in html


def test_a_published_file_that_is_no_database(webserver: Server, folders: Settings) -> None:
    """The page says what DuckDB says of it."""
    folders.published_path.parent.mkdir()
    folders.published_path.write_text("no database" * 1000, encoding="utf-8")
    answer = webserver.get(PAGE)
    assert answer.status == 500
    assert "not a valid DuckDB database file" in answer.text


def test_a_setting_that_cannot_be_used(
    webserver: Server, folders: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says which, as a run does."""
    monkeypatch.setenv("MENTOR_THREADS", "many")
    answer = webserver.get(PAGE)
    assert answer.status == 500
    assert "MENTOR_THREADS is &#39;many&#39;. Expected a number" in answer.text


def test_the_data_docs_are_those_of_the_gate(webserver: Server, sample: Settings) -> None:
    """Every page of them, as it was written; the first one without its name."""
    docs = sample.quality_dir / "data_docs"
    pages = [path.relative_to(docs).as_posix() for path in docs.rglob("*.html")]
    assert len(pages) == 7
    for page in pages:
        answer = webserver.get(f"{PAGE}docs/{page}")
        assert answer.status == 200
        assert answer.text == (docs / page).read_text(encoding="utf-8")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert webserver.get(f"{PAGE}docs/").text == webserver.get(f"{PAGE}docs/index.html").text
    assert webserver.get(f"{PAGE}docs/validations").status == 404
