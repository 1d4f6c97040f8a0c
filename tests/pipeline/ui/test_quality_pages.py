"""The page of the quality of the data as a whole."""

import json
from datetime import date

import pytest

from include.pipeline.core import origin
from include.pipeline.core.settings import Settings
from include.pipeline.ingest import ledger
from include.pipeline.publish import report_files
from include.pipeline.quality.verdict import CRITICAL, WARNING
from include.pipeline.ui import quality_pages
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_check, a_load, judge, publish

PAGE = "/mentoring/quality/"
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e\x1b"
HOSTILE_TEXT = "<img src=x onerror=alert(1)>\"'&\\u202e\\x1b"
LONG = "x" * 1000
CUT = "x" * 300 + "…"


def test_the_page_of_a_real_delivery(webserver: Server, sample: Settings) -> None:
    """The sample: three loads, 27 checks of the gate with three warnings, and no rejected row."""
    html = webserver.get(PAGE).text
    checks, runs, loads = tables(html)
    rows = [row for row in checks[1:] if row[0]]
    assert [row[0] for row in rows] == 3 * ["warned"] + 24 * ["passed"]
    assert [row[2:5] for row in rows[:3]] == [
        ["gate", "users.user_id", "warning"],
        ["gate", "events.user_id", "warning"],
        ["gate", "events.timestamp", "warning"],
    ]
    assert "fails for 5 of 155 rows" in checks[2][1]
    assert runs[1][1:] == ["the sample", "27", "3", "–", "–", "accepted by the gate, dbt has not ended"]
    assert [row[:9] for row in loads[1:]] == [
        ["3", "events", "booking_events.json", "2023-08-01", "accepted", "842", "842", "0", "0"],
        ["2", "mentors", "mentor_tiers.csv", "2023-08-01", "accepted", "15", "15", "0", "0"],
        ["1", "users", "users_db_export.csv", "2023-08-01", "accepted", "155", "150", "0", "5"],
    ]
    assert "No row was rejected." in html


def test_what_the_report_warns_of_stands_first(webserver: Server, sample: Settings) -> None:
    """As text, and nothing where the latest report warns of nothing."""
    report_files.write("a run", {"tier_report.json": json.dumps({"warnings": [HOSTILE]})})
    shown = webserver.get(PAGE).text
    assert shown.count('class="answer warned"') == 1 and "&lt;img src=x" in shown
    report_files.write("a run", {"tier_report.json": "{}"})
    assert 'class="answer warned"' not in webserver.get(PAGE).text


def test_what_a_delivery_says_is_text(webserver: Server, folders: Settings) -> None:
    """No row, name or finding becomes a tag, turns what stands around it, or fills the page."""
    load = a_load(1, file_name=HOSTILE, status="refused", reason=HOSTILE + LONG)
    publish(
        folders, [load], [(1, "users", 1, "missing_value", HOSTILE), (1, "users", 2, "missing_value", LONG)]
    )
    judge(folders, HOSTILE[:4], 1, a_check("one", WARNING, False, sample=(HOSTILE,)))
    html = webserver.get(PAGE).text
    checks, runs, loads, groups = tables(html)
    assert runs[1][1] == "<img"
    assert f"user_id: {HOSTILE_TEXT}" in checks[2][1]
    assert loads[1][2] == HOSTILE_TEXT
    assert loads[1][10].startswith(HOSTILE_TEXT) and loads[1][10].endswith("x…")
    assert [row[-1] for row in groups[1:]] == [HOSTILE_TEXT, CUT]
    assert "<img" not in html and LONG not in html


def test_before_the_first_run_the_page_says_what_to_do(webserver: Server, folders: Settings) -> None:
    """There is not even a warehouse."""
    answer = webserver.get(PAGE)
    assert answer.status == 200
    assert "Nothing is published yet. Trigger the DAG" in answer.text
    assert "Neither the quality gate nor dbt has checked anything yet." in answer.text
    assert tables(answer.text) == []


def test_a_first_delivery_that_is_refused_shows(webserver: Server, folders: Settings) -> None:
    """With nothing published, its refusal and what the gate found are on the page."""
    origin.switch_build(folders, "own")
    ledger.open_raw()
    ledger.refuse(ledger.Refusal("users", "bad.csv", "ab", 1, date(2031, 5, 4), "it is refused"))
    judge(folders, "first", 1, a_check("one", CRITICAL, False))
    html = webserver.get(PAGE).text
    unpublished, checks, runs = tables(html)
    assert "Nothing is published yet" in html
    assert unpublished[1][10] == "it is refused"
    assert runs[1][1:] == ["first", "1", "0", "–", "–", "refused: 1 of 1 checks of the gate failed"]
    assert checks[1][:2] == ["failed", "the rule one"]
    assert checks[2] == ["", "findingfails for 2 of 4 rows (user_id: 7, 8)"]


def test_a_long_history_is_cut(webserver: Server, folders: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has the newest of everything and says how many there are."""
    monkeypatch.setattr(quality_pages, "MAX_LOADS", 2)
    monkeypatch.setattr(quality_pages, "MAX_RUNS", 2)
    origin.switch_build(folders, "own")
    publish(folders, [a_load(number) for number in range(1, 4)])
    ledger.archive.write_ledger([a_load(number) for number in range(1, 8)])
    for at in range(1, 6):
        judge(folders, f"run {at}", at, a_check("one", CRITICAL, True))
    html = webserver.get(PAGE).text
    unpublished, _, runs, loads = tables(html)
    assert [row[0] for row in unpublished[1:]] == ["7", "6"]
    assert [row[1] for row in runs[1:]] == ["run 5", "run 4"]
    assert [row[0] for row in loads[1:]] == ["3", "2"]
    assert "Loads that are not published: the newest 2 of 4." in html
    assert "Runs with checks: the newest 2 of 5." in html
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
    assert "MENTOR_THREADS is &#39;many&#39;. Expected a whole number from 1 to 1024" in answer.text
