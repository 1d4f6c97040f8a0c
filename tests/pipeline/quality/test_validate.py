"""What the gate leaves behind: verdict, ledger, results, page and a closed file."""

import json
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.errors import DeliveryRefused, WarehouseInvalid
from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import PROJECT_DIR, declared, settings
from include.pipeline.ingest import ledger
from include.pipeline.quality import outcome, verdict_files
from include.pipeline.quality.validate import validate

from .conftest import EVENTS, RUN_ID, USERS, Deliver, event, land_folder

REAL_DELIVERY = PROJECT_DIR.parent / "shared" / "data" / "mentoring"
STRANGERS = [
    *EVENTS,
    event("x-1", "booking_requested", 404),
    event("x-2", "booking_requested", 405),
]


def raw_counts() -> dict[str, int]:
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*) from raw.{table}").fetchall()[0][0]
            for table in ("users", "mentors", "events", "rejected_rows")
        }


def refusals() -> list[tuple[str, str]]:
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute(
            "select source, reason from raw.loads where status = 'refused' order by load_id"
        ).fetchall()


def assert_landing_is_free() -> None:
    """The file can be opened for writing in this process, so nothing holds it."""
    with duckdb.connect(settings().landing_path) as connection:
        connection.execute("create table delivered.written as select 1")


def test_a_good_delivery_is_let_through(deliver: Deliver) -> None:
    """It passes, its results are kept, the landing is free, and the ledger knows of no refusal."""
    deliver()
    verdict = validate(RUN_ID)
    assert verdict.passed and not verdict.warnings
    assert verdict.results_path.is_file()
    assert refusals() == []
    assert_landing_is_free()
    ledger.accept()
    assert raw_counts() == {"users": 4, "mentors": 2, "events": 16, "rejected_rows": 0}


def test_warnings_do_not_refuse(deliver: Deliver) -> None:
    """Repeated rows and events of strangers are reported, and the delivery is let through."""
    deliver(
        users=USERS + "74,C-2,2031-01-08,active\n",
        events=[
            *EVENTS,
            event("x-1", "session_started", 404),
            event("x-2", "session_started", 71, "K404"),
        ],
    )
    assert [str(warning) for warning in validate(RUN_ID).warnings] == [
        'users.user_id: "no row repeats the user_id of an earlier one" fails for 1 of 5 rows (user_id: 74)',
        'events.user_id: "every user_id is in users" fails for 1 of 18 rows (user_id: 404)',
        'events.mentor_id: "every mentor_id is in mentors" fails for 1 of 18 rows (mentor_id: K404)',
    ]


def test_a_refusal_says_what_and_stands_in_the_ledger(deliver: Deliver) -> None:
    """The message names table, column, counts and ids; raw stays empty; a retry adds no entry."""
    deliver(events=STRANGERS)
    with pytest.raises(DeliveryRefused) as refusal:
        validate(RUN_ID)
    assert str(refusal.value) == (
        "The quality gate refuses the delivery, nothing of it is loaded: of 27 checks 1 failed"
        " that must not.\n"
        '- events.user_id: "at most 5 % of booking_requested are of users in no user row"'
        " fails for 2 of 6 rows (user_id: 404, 405)\n"
        "Expected none of these: correct the export and deliver it again."
    )
    deliver(events=STRANGERS, run_id="another run")
    with pytest.raises(DeliveryRefused):
        validate("another run")
    assert refusals() == [(source, str(refusal.value)) for source in ("users", "mentors", "events")]
    assert set(raw_counts().values()) == {0}
    assert_landing_is_free()

    deliver()
    assert validate(RUN_ID).passed
    ledger.accept()
    assert raw_counts()["events"] == 16


def test_results_and_page_exist_after_a_refusal(deliver: Deliver) -> None:
    """What a person needs to see why is written before the run fails, and shows this run alone."""
    deliver(run_id="before")
    validate("before")
    deliver(events=STRANGERS)
    with pytest.raises(DeliveryRefused):
        validate(RUN_ID)
    document = json.loads(verdict_files.path(RUN_ID).read_text(encoding="utf-8"))
    assert document["run_id"] == RUN_ID
    assert document["passed"] is False
    assert len(document["checks"]) == 27
    (refused,) = [check for check in document["checks"] if check["name"] == "orphan_booking_requested"]
    assert (refused["failed_rows"], refused["rows"], refused["sample"]) == (2, 6, ["404", "405"])
    assert verdict_files.path("before").is_file()

    page = (settings().quality_dir / "latest.html").read_text(encoding="utf-8")
    assert RUN_ID in page and "refused" in page and "404, 405" in page
    assert page.count("<tr>") == 1 + 27


def test_data_docs_name_the_columns_and_the_run(deliver: Deliver) -> None:
    """Great Expectations' own site has the pages of the latest run, refused or not, and of no other."""
    deliver(run_id="before")
    validate("before")
    deliver(events=STRANGERS)
    with pytest.raises(DeliveryRefused):
        validate(RUN_ID)
    site = settings().quality_dir / "data_docs"
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.glob("validations/**/*.html")}
    assert pages.keys() == {f"landing-{source.name}.html" for source in declared().sources}
    events = texts(pages["landing-events.html"])
    assert (events[events.index("Run Name") + 1], "before" in events) == (file_name(RUN_ID), False)
    contents = events[events.index("Table of Contents") :]
    assert contents[1:7] == ["Overview", "event_id", "event_type", "mentor_id", "timestamp", "user_id"]
    rule = events.index("at most 5 % of booking_requested are of users in no user row")
    assert events[rule + 1] == "2"
    assert "landing-events.html" in (site / "index.html").read_text(encoding="utf-8")


def texts(page: str) -> list[str]:
    """Return what a person reads of a page, piece by piece."""
    visible = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    pieces = (unescape(piece).strip() for piece in re.split(r"<[^>]*>", visible))
    return [piece for piece in pieces if piece]


class Loads(HTMLParser):
    """What a page loads or runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found = re.findall(r"url\([^)]*\)|@import[^;]*|\bfetch\(|XMLHttpRequest", text)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if re.fullmatch("src|srcset|data|poster|href|background|action|on.*", name)
        ]


def test_the_page_loads_nothing(deliver: Deliver) -> None:
    """It works on a machine without a network, and reports to nobody that it was opened."""
    hostile = "<img src=http://stranger.example/x.png>"
    deliver(events=[*EVENTS, event("x-1", "booking_requested", hostile)])
    with pytest.raises(DeliveryRefused):
        validate(RUN_ID)
    page = (settings().quality_dir / "latest.html").read_text(encoding="utf-8")
    assert "&lt;img src=http://stranger.example/x.png&gt;" in page
    assert Loads(page).found == []


def test_an_events_file_that_is_known_need_not_have_rows(deliver: Deliver) -> None:
    """Delivered again, the same events land as nothing, and that is no fault."""
    deliver()
    ledger.accept()
    deliver()
    verdict = validate(RUN_ID)
    assert verdict.passed and not verdict.warnings
    checks = {(check.table, check.name): check for check in verdict.checks}
    assert checks["events", "unknown_user"].rows == 0


def test_a_landing_that_is_not_there_is_no_refusal(deliver: Deliver) -> None:
    """Without a delivery there is nothing to judge: the message says what to run."""
    deliver()
    with warehouse.connect(settings().landing_path) as connection:
        connection.execute("drop table delivered.events")
    with pytest.raises(WarehouseInvalid, match=r"lacks the table events.*run the ingest again"):
        validate(RUN_ID)
    settings().landing_path.unlink()
    with pytest.raises(WarehouseInvalid, match="run `make ingest` first"):
        validate(RUN_ID)
    assert refusals() == []


def test_the_landing_is_free_after_a_crash(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever interrupts the checkpoint, no connection outlives it."""

    def crash(result: object) -> None:
        raise KeyboardInterrupt

    deliver()
    monkeypatch.setattr(outcome, "checks", crash)
    with pytest.raises(KeyboardInterrupt) as held:
        validate(RUN_ID)
    assert_landing_is_free()
    del held


@pytest.mark.skipif(not REAL_DELIVERY.is_dir(), reason="the real delivery is not on this machine")
def test_the_real_delivery_passes_with_its_known_warnings(
    tmp_path: Path, use_warehouse: Callable[[Path], None]
) -> None:
    """Five users are exported twice, one event is of user 9999, and all are years old on this data date."""
    use_warehouse(tmp_path)
    land_folder(REAL_DELIVERY)
    verdict = validate(RUN_ID)
    assert verdict.passed
    found = [(check.table, check.name, check.failed_rows, check.rows) for check in verdict.warnings]
    assert found == [
        ("users", "repeated_rows", 5, 155),
        ("events", "unknown_user", 1, 842),
        ("events", "up_to_date", 1, 842),
    ]
    assert verdict.warnings[1].sample == ("9999",)
