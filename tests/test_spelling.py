"""Whole runs on deliveries that say the same in another spelling: the figures are those of the usual one."""

from datetime import date
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.sample import write_sample
from tests.support.deployment import Deployment

pytestmark = pytest.mark.e2e

TIERS = [["Gold", "42", "26"], ["Silver", "57", "22"], ["Bronze", "33", "0"]]


def test_spelling_changes_no_figure(tmp_path: Path) -> None:
    """Blanks around mentors' ids lose no session, and a full export with other times brings nothing new."""
    deployment = Deployment(tmp_path)
    write_sample(deployment.data)
    defects.apply("blanks_around_mentors", deployment.data)
    defects.apply("respelled_export", deployment.data)
    first, second = sorted(folder.name for folder in deployment.data.iterdir())
    for day in (first, second):
        done = deployment.command("run", "--date", date.fromisoformat(day).isoformat())
        assert done.returncode == 0, done.stdout
        rows = [line.split() for line in done.stdout.splitlines()[-5:-2]]
        assert [[row[0], row[2], row[3]] for row in rows] == TIERS
        assert "4 values trimmed of blanks in mentor_id, tier" in done.stdout
    assert "booking_events.json: 842 rows, 0 loaded, 842 duplicate, 0 rejected" in done.stdout
    assert deployment.rows(
        "select source, data_date::varchar, redelivered_on::varchar[], values_trimmed"
        " from raw.loads order by source, data_date"
    ) == [
        ("events", first, [], 0),
        ("events", second, [], 0),
        ("mentors", first, [second], 4),
        ("users", first, [second], 0),
    ]
