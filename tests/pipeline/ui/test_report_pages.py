"""The list of the runs that have a report, and their files."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from include.mentoring import report
from include.pipeline.core.settings import Settings
from include.pipeline.ui import report_pages
from tests.mentoring.report.conftest import write as publish
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
LIST = "/mentoring/reports/"
HOSTILE = "<script>alert(1)</script>\"'&\u202e\x1b"
HOSTILE_TEXT = "<script>alert(1)</script>\"'&\\u202e\\x1b"
FILES = "tier_report.html tier_report.md tier_report.json tier_results.csv"


def a_run(report_dir: Path, name: str, at: int, **changes: Any) -> None:
    """Write the results of a run as of so many seconds of the epoch."""
    row = {"lens": "sessions", "cohort": "all", "is_category_total": False}
    results = {
        "run_id": f"run {name}",
        "origin": "own",
        "observation_end": "2031-05-01T02:05:00Z",
        "trial": None,
        "rebooking": [
            {**row, "tier": "Gold", "rebooking_rate_pct": 61.9},
            {**row, "tier": "Silver", "rebooking_rate_pct": None},
            {**row, "tier": "Gold", "rebooking_rate_pct": 1.0, "cohort": "mature"},
            {**row, "tier": "Gold", "rebooking_rate_pct": 2.0, "lens": "intent"},
            {**row, "tier": "Gold", "rebooking_rate_pct": 3.0, "is_category_total": True},
        ],
        **changes,
    }
    path = report_dir / name / "tier_report.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(results), encoding="utf-8")
    os.utime(path, (at, at))


def test_the_files_are_those_of_the_run(webserver: Server, folders: Settings) -> None:
    """Each is served as it was written, under the run's name and as the latest; only the CSV is saved."""
    publish(**REAL)
    folder = report.write("a run")
    for name, media_type in (
        ("tier_report.html", "text/html"),
        ("tier_report.md", "text/plain"),
        ("tier_report.json", "application/json"),
        ("tier_results.csv", "text/csv"),
    ):
        for run in ("a-run", "latest"):
            answer = webserver.get(f"{LIST}{run}/{name}")
            assert answer.status == 200
            assert answer.text == (folder / name).read_bytes().decode()
            assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
            disposition = answer.headers["Content-Disposition"]
            assert disposition == ('attachment; filename="tier_results.csv"' if "csv" in name else None)


@pytest.mark.parametrize("name", ["tier_report.html", "tier_report.md", "tier_report.json"])
def test_what_a_reports_scripts_may_do(webserver: Server, folders: Settings, name: str) -> None:
    """Only the page has any. They run without an origin and ask nobody for anything."""
    publish(**REAL)
    report.write("a run")
    policy = webserver.get(f"{LIST}latest/{name}").headers["Content-Security-Policy"].split("; ")
    is_page = name.endswith(".html")
    assert sorted(rule for rule in policy if "-src" in rule) == [
        "default-src 'none'",
        *(["font-src data:"] if is_page else []),
        "img-src data:",
        *(["script-src 'unsafe-inline'"] if is_page else []),
        "style-src 'unsafe-inline'",
    ]
    assert ("sandbox allow-scripts" in policy) is is_page


@pytest.mark.parametrize(
    "name", ["tier_report.txt", "of-the-first-time", "TIER_REPORT.HTML", ".", "tier_report.html/"]
)
def test_a_run_has_four_files(webserver: Server, folders: Settings, name: str) -> None:
    """Whatever else lies in its folder is not served."""
    folder = folders.report_dir / "a-run"
    folder.mkdir(parents=True)
    for other in ("tier_report.txt", "of-the-first-time", "TIER_REPORT.HTML"):
        (folder / other).touch()
    assert webserver.get(f"{LIST}a-run/{name}").status == 404


def test_the_real_figures_are_listed(webserver: Server, folders: Settings) -> None:
    """Of a run that the project wrote itself."""
    publish(**REAL)
    report.write("a run")
    ((_, row),) = tables(webserver.get(LIST).text)
    assert row[1:] == ["a run latest", "2031-05-01T02:05:00Z", "own", "61.90 %", "38.60 %", "0.00 %", FILES]


def test_the_newest_run_comes_first(webserver: Server, folders: Settings) -> None:
    """By the time of its report; `latest` is named where it points, be it the newest or not."""
    for name, at in (("b", 1_900_000_000), ("c", 1_700_000_000), ("a", 1_800_000_000)):
        a_run(folders.report_dir, name, at)
    (folders.report_dir / "latest").symlink_to("a")
    (folders.report_dir / ".latest.next").symlink_to("b")
    (folders.report_dir / "no-report").mkdir()
    ((_, *rows),) = tables(webserver.get(LIST).text)
    assert [row[:2] for row in rows] == [
        ["2030-03-17 17:46:40", "run b"],
        ["2027-01-15 08:00:00", "run a latest"],
        ["2023-11-14 22:13:20", "run c"],
    ]
    assert rows[0][2:] == ["2031-05-01T02:05:00Z", "own", "61.90 %", "–", "–", FILES]


def test_a_trial_says_so(webserver: Server, folders: Settings) -> None:
    """A run that only tried something out is marked with what it tried."""
    a_run(folders.report_dir, "a", 1_900_000_000, trial="A trial with a window of 60 days")
    ((_, row),) = tables(webserver.get(LIST).text)
    assert row[1] == "run a A trial with a window of 60 days"


def test_a_trial_is_compared_with_the_latest_report(webserver: Server, folders: Settings) -> None:
    """In points, where both have a rate; without a latest report there is nothing to compare with."""
    gold = {"lens": "sessions", "cohort": "all", "is_category_total": False, "tier": "Gold"}
    trial = {"trial": "A trial", "rebooking": [{**gold, "rebooking_rate_pct": 65.1}]}
    a_run(folders.report_dir, "trial", 1_900_000_000, **trial)
    ((_, row),) = tables(webserver.get(LIST).text)
    assert row[4:7] == ["65.10 %", "–", "–"]
    a_run(folders.report_dir, "a", 1_800_000_000)
    (folders.report_dir / "latest").symlink_to("a")
    ((_, row, latest),) = tables(webserver.get(LIST).text)
    assert row[4:7] == ["65.10 %+3.20 points", "–", "–"]
    assert latest[4:7] == ["61.90 %", "–", "–"]


def test_what_a_result_says_is_text(webserver: Server, folders: Settings) -> None:
    """Nothing in it becomes a tag, and nothing turns or hides what stands around it."""
    changes = {key: HOSTILE for key in ("run_id", "origin", "observation_end", "trial")}
    a_run(folders.report_dir, "a", 1_900_000_000, **changes)
    html = webserver.get(LIST).text
    ((_, row),) = tables(html)
    assert row[1:4] == [f"{HOSTILE_TEXT} {HOSTILE_TEXT}", HOSTILE_TEXT, HOSTILE_TEXT]
    assert "<script" not in html


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"rebooking": 1}', '{"rebooking": [1]}', "\x00"])
def test_a_result_that_cannot_be_read_hides_no_other(webserver: Server, folders: Settings, text: str) -> None:
    """Its row says so, and the others are there."""
    for name in ("a", "b"):
        a_run(folders.report_dir, name, 1_900_000_000)
    (folders.report_dir / "a" / "tier_report.json").write_text(text, encoding="utf-8")
    ((_, *rows),) = tables(webserver.get(LIST).text)
    assert sorted(row[1:3] for row in rows) == [
        ["a", "its tier_report.json cannot be read"],
        ["run b", "2031-05-01T02:05:00Z"],
    ]


def test_a_long_history_is_cut(webserver: Server, folders: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has the newest runs and says how many there are."""
    monkeypatch.setattr(report_pages, "MAX_RUNS", 2)
    for at in (1, 2, 3):
        a_run(folders.report_dir, f"a{at}", at)
    html = webserver.get(LIST).text
    ((_, *rows),) = tables(html)
    assert [row[1] for row in rows] == ["run a3", "run a2"]
    assert "Runs with a report: the newest 2 of 3." in html


def test_the_latest_report_is_shown_after_many_trials(
    webserver: Server, folders: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rates are what the trials are compared with, even where the list ends before it."""
    monkeypatch.setattr(report_pages, "MAX_RUNS", 1)
    a_run(folders.report_dir, "a", 1)
    (folders.report_dir / "a" / "tier_report.html").touch()
    (folders.report_dir / "latest").symlink_to("a")
    a_run(folders.report_dir, "trial", 2, trial="A trial")
    html = webserver.get(LIST).text
    ((_, row),) = tables(html)
    assert row[4] == "61.90 %+0.00 points"
    assert 'src="latest/tier_report.html"' in html


def test_without_a_report_the_page_says_what_to_do(webserver: Server, folders: Settings) -> None:
    """Before the first run there is not even the folder."""
    answer = webserver.get(LIST)
    assert answer.status == 200
    assert "No run has written a report yet. Trigger the DAG" in answer.text
    assert webserver.get(f"{LIST}latest/tier_report.html").status == 404
