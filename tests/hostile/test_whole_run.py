"""One run on a delivery that is hostile in every value, in a folder that is hostile in its name."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared, settings
from include.pipeline.orchestration import stages
from include.pipeline.quality.validate import validate
from tests.dbt.pipeline import Pipeline, of_this_process
from tests.support.deliveries import audit, complete
from tests.support.markup import Markup

NAME = "it's \"a\" [b] * {{ env_var('HOME') }} $HOME %s ü"
EVIL = (
    "'; drop table raw.users; --",
    "{{ env_var('HOME') }}",
    "</td><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "a\\b \"c\" 'd' |e| `f` $g",
    "\u202eK\u200b1",
    "\x1b[2Jx",
    "K" * 100_000,
    "{batch}",
)
HAPPENED = ("booking_requested", "booking_confirmed", "session_started", "session_ended")


@dataclass(frozen=True)
class Run:
    """What came of the run: the pipeline, and the report's texts by their names' ends."""

    pipeline: Pipeline
    texts: dict[str, str]


def delivery() -> dict[str, bytes]:
    """Return the files: each text is a user, a company and a mentor, with two sessions."""
    begin = datetime(2031, 1, 1, 10)
    records = [
        {
            "event_id": f"{text} {visit} {step}",
            "user_id": text,
            "mentor_id": text,
            "timestamp": (begin + timedelta(days=10 * visit, hours=place, minutes=20 * step)).isoformat(),
            "event_type": event_type,
            text: text,
        }
        for place, text in enumerate(EVIL)
        for visit in (0, 1)
        for step, event_type in enumerate(HAPPENED)
    ]
    users = [["user_id", "company_id", "signup_date", "status", *EVIL]]
    users += [[text, text, "2030-12-01", "active", *EVIL] for text in EVIL]
    mentors = [["mentor_id", "tier", "hourly_rate"], *([text, "Gold", "80"] for text in EVIL)]
    return {
        "booking_events.json": json.dumps(records).encode(),
        "users_db_export.csv": table(users),
        "mentor_tiers.csv": table(mentors),
    }


def table(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Return what came of a run through all stages; dbt builds the models."""
    folder = tmp_path_factory.mktemp("hostile") / NAME
    with of_this_process(folder / "dbt") as manifest, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTOR_REPORT_DIR", str(folder / "reports"))
        pipeline = Pipeline(folder, manifest)
        inbox = folder / "in"
        inbox.mkdir()
        patch.setenv("MENTOR_DATA_DIR", str(inbox))
        for name, content in delivery().items():
            (inbox / name).write_bytes(content)
        complete(inbox)
        received = stages.receive("../../a <run>", date(2031, 2, 1).isoformat())
        for source in declared().source_names:
            stages.land("../../a <run>", source, received)
        validate("../../a <run>")
        stages.accept("../../a <run>")
        pipeline.build()
        audit("../../a <run>")
        stages.publish("../../a <run>")
        report = Path(stages.report("../../a <run>"))
        assert report.parent == folder / "reports"
        yield Run(pipeline, {path.suffix: path.read_text(encoding="utf-8") for path in report.iterdir()})
        shutil.rmtree(folder)


def test_every_value_goes_through(run: Run) -> None:
    """From the files to the last mart each text is the text that was delivered, and in its place."""
    everyone = sorted((text,) for text in EVIL)
    for query in (
        "select user_id from raw.users",
        "select company_id from marts.dim_users",
        "select user_id from marts.dim_users",
        "select mentor_id from marts.dim_mentors",
        "select distinct user_id from marts.fct_sessions",
        "select distinct mentor_id from marts.fct_sessions where mentor_id = user_id",
    ):
        assert sorted(run.pipeline.rows(query)) == everyone, query
    assert run.pipeline.rows("select count(*) from marts.fct_sessions") == [(2 * len(EVIL),)]
    assert run.pipeline.rows("select count(*) from raw.rejected_rows") == [(0,)]


def test_the_figures_are_those_of_any_other_names(run: Run) -> None:
    """Every one of them came back within the window."""
    document = json.loads(run.texts[".json"])
    (gold,) = [
        row
        for row in document["rebooking"]
        if (row["lens"], row["cohort"], row["tier"]) == ("sessions", "all", "Gold")
    ]
    assert (gold["total_users_w_sessions"], gold["rebooked_count"]) == (len(EVIL), len(EVIL))
    assert {row["mentor_id"] for row in document["mentors"]} == set(EVIL)
    assert run.texts[".csv"].splitlines()[1:] == [f"Gold,top_tier,{len(EVIL)},{len(EVIL)},100.00"]


def test_the_pages_hold_no_markup_of_theirs(run: Run) -> None:
    """Neither the report nor the verdict has a tag, a code or a turn of theirs."""
    verdict = (settings().quality_dir / "latest.html").read_text(encoding="utf-8")
    for page in (run.texts[".html"], verdict):
        markup = Markup(page)
        names = {name for _, *attributes in markup.elements for name in attributes}
        assert not {name for name in names if name.startswith("on")}
        assert "img" not in {tag for tag, *_ in markup.elements}
        assert not [script for script in markup.scripts if script.startswith("alert")]
    for name in (".html", ".md"):
        assert not re.search("[\u202e\u200b\x1b]", run.texts[name])
        assert len(run.texts[name]) < 1_000_000
