"""A trial, as started from the trigger form: a whole run that changes nothing for others."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from include.pipeline.core.settings import declared
from tests.support.deployment import Deployment

pytestmark = pytest.mark.e2e

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
WINDOW_DAYS = 7


def rebooked(results: dict[str, Any]) -> dict[str, int]:
    """Return the rebooked users of every tier in the headline's lens and cohort."""
    return {
        row["tier"]: row["rebooked_count"]
        for row in results["rebooking"]
        if (row["lens"], row["cohort"]) == ("sessions", "all") and not row["is_category_total"]
    }


def loads(deployment: Deployment) -> int:
    """Return how many loads the build knows of."""
    build = deployment.folder / "warehouse" / "build" / "current" / "mentoring.duckdb"
    with duckdb.connect(build, read_only=True) as connection:
        return connection.execute("select count(*) from raw.loads").fetchall()[0][0]


def test_a_what_if_of_a_new_delivery_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Its report has the figures of its window; raw, the published version and the latest report stay."""
    deployment = Deployment(tmp_path)
    shutil.copytree(declared().sample_data, deployment.data)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 0, done.stdout
    standard, before, known = deployment.results(), deployment.outputs(), loads(deployment)
    within_window = dict(
        deployment.rows(
            "select tier, count(*) filter (next_item_at <= window_end_at - to_days(30 - "
            f"{WINDOW_DAYS})) from marts.fct_rebookings where lens = 'sessions' group by all"
        )
    )

    with (deployment.data / "users_db_export.csv").open("a", encoding="utf-8") as export:
        export.write("910001,C-1,2023-07-31,active\n")
    asked = json.dumps({"audit_only": True, "rebooking_window_days": WINDOW_DAYS, "full_refresh": True})
    done = deployment.process(AIRFLOW, "dags", "test", "mentor_tier_report", "2023-08-02", "--conf", asked)
    assert done.returncode == 0, done.stdout[-3000:]

    assert deployment.outputs() == before
    assert loads(deployment) == known
    (report,) = (
        path
        for path in deployment.latest.parent.iterdir()
        if path.name != ".runs" and path.resolve() != deployment.latest.resolve()
    )
    trial = json.loads((report / "tier_report.json").read_text(encoding="utf-8"))
    assert trial["trial"].startswith(f"A what-if: the rebooking window is {WINDOW_DAYS} days instead of 30.")
    assert trial["trial"] in (report / "tier_report.html").read_text(encoding="utf-8")
    assert standard["trial"] is None
    (users,) = (file["rows_loaded"] for file in trial["files"] if file["data_date"] == "2023-08-02")
    assert users == 151
    assert rebooked(trial) == within_window
    assert rebooked(trial) != rebooked(standard)

    done = deployment.command("run", "--date", "2023-08-02")
    assert "Accepted as load 4" in done.stdout, done.stdout
    assert deployment.results()["parameters"]["rebooking_window_days"] == 30
