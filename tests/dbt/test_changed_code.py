"""A change of a model's code replaces the rows of the old code in the next ordinary build, with real dbt."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from tests.support.deliveries import Bench

pytestmark = pytest.mark.slow
OLD = "select count(*) from staging.stg_events where row_number > 1000000"


@pytest.fixture
def delivered(bench: Bench) -> Bench:
    """Return a warehouse that has accepted the sample."""
    for source in declared().sources:
        content = (declared().sample_data / source.file_name).read_bytes()
        assert bench.deliver(source.name, content, on=date(2023, 8, 1))
    return bench


def build(project: Path) -> tuple[bool, list[str]]:
    """Run `dbt build` of a copy of the checkout; return whether it ended well, and why of a full refresh."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "include.pipeline.cli", "dbt", "build", "--quiet"),
            *("--exclude-resource-type", "unit_test"),
        ],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        stderr=subprocess.PIPE,
        text=True,
        timeout=900,
    )
    said = [line for line in done.stderr.splitlines() if line.startswith("Full refresh: ")]
    return done.returncode == 0, said


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def make_old() -> None:
    """Give rows of an incremental model a value that only other code can have built."""
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("update staging.stg_events set row_number = row_number + 1000000")


def test_rows_of_the_old_code_are_gone(delivered: Bench, copy_of_project: Path) -> None:
    """By an ordinary build, and not where only a report changed; after a build that failed, too."""
    models = copy_of_project / "include" / "dbt" / "models"
    events, report = models / "staging" / "stg_events.sql", models / "reports" / "rpt_quality.sql"
    assert build(copy_of_project) == (True, [])
    make_old()
    before = delivered.build(OLD)
    assert before > [(0,)]

    # What reads an incremental model is none of its code.
    replace(report, "findings as", "-- A report.\nfindings as")
    assert build(copy_of_project) == (True, [])
    assert delivered.build(OLD) == before

    replace(events, "event_type,", "trim(event_type) as event_type,")
    replace(report, "-- A report.", "a mistake")
    changed = "Full refresh: since the rows were built, the code of stg_events (SQL) has changed."
    assert build(copy_of_project) == (False, [changed])

    # Some rows may be of either code, whatever the code is by now.
    make_old()
    replace(events, "trim(event_type) as event_type,", "event_type,")
    replace(report, "a mistake", "")
    unknown = "Full refresh: it is not known which code built the rows that are there."
    assert build(copy_of_project) == (True, [unknown])
    assert delivered.build(OLD) == [(0,)]
