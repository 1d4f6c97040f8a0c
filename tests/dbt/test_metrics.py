"""What MetricFlow answers is what the reports say, through the command that a person types."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR, declared, settings
from tests.dbt.pipeline import Pipeline, of_this_process

# Each question takes `mf` seconds to start.
pytestmark = pytest.mark.slow
# The discard port, on which nothing listens here: `mf` asks the package index for a newer version of itself.
NOWHERE = "http://127.0.0.1:9"
SESSIONS = "users,rebooked,rebooking_rate"
INTENT = "users,rebooked_of_intent,rebooking_rate_of_intent"
BOOKINGS = "users_of_bookings,rebooked_of_bookings,rebooking_rate_of_bookings"

Rows = dict[tuple[str, ...], tuple[float, ...]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Return a warehouse whose published database has the sample."""
    with of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:
        warehouse = Pipeline(tmp_path_factory.mktemp("warehouse"), manifest)
        files = [declared().sample_data / source.file_name for source in declared().sources]
        warehouse.deliver({file.name: file.read_bytes() for file in files}, date(2023, 8, 1))
        warehouse.build()
        shutil.copy(settings().build_path, settings().published_path)
        settings().published_path.chmod(0o444)
        yield warehouse


def answer(folder: Path, metrics: str, *group_by: str) -> Rows:
    """Ask for metrics by groups; return what `mf query` writes for each group, in the order asked for."""
    written = folder / "answer.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", NOWHERE)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "include.pipeline.cli", "metrics", "query", "--metrics", metrics),
                *("--group-by", ",".join(group_by), "--csv", str(written), "--quiet"),
            ],
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert written.exists(), done.stdout + done.stderr
    with written.open(encoding="utf-8", newline="") as lines:
        return {
            tuple(row[name] for name in group_by): tuple(float(row[name]) for name in metrics.split(","))
            for row in csv.DictReader(lines)
        }


def reported(warehouse: Pipeline, query: str) -> Rows:
    """Return groups, users, users who rebooked and their share, of a query that ends in these two counts."""
    rows = warehouse.rows(query)
    assert rows
    return {
        tuple("" if value is None else str(value) for value in group): (
            users,
            rebooked,
            pytest.approx(rebooked / users, rel=1e-9),
        )
        for *group, users, rebooked in rows
    }


@pytest.mark.parametrize(
    ("lens", "metrics", "first_item", "by"),
    [
        pytest.param("sessions", SESSIONS, "first_session", "tier", marks=pytest.mark.smoke),
        ("sessions", SESSIONS, "first_session", "tier_category"),
        ("intent", INTENT, "first_session", "tier"),
        ("bookings", BOOKINGS, "first_booking", "tier"),
    ],
)
def test_rates_are_those_of_the_report(
    warehouse: Pipeline, tmp_path: Path, lens: str, metrics: str, first_item: str, by: str
) -> None:
    """In every lens: users, how many rebooked, and their share."""
    expected = reported(
        warehouse,
        "select tier, total_users_w_sessions, rebooked_count from reports.rpt_rebooking"
        f" where lens = '{lens}' and cohort = 'all' and is_category_total = {by == 'tier_category'}",
    )
    assert answer(tmp_path, metrics, f"user__{first_item}_{by}") == expected


def test_rates_by_month_are_those_of_the_monthly_cohorts(warehouse: Pipeline, tmp_path: Path) -> None:
    """By the month of the first session and the category of its tier."""
    expected = reported(
        warehouse,
        "select cohort_month, tier_category, users, rebooked from reports.rpt_monthly_cohorts",
    )
    groups = ("metric_time__month", "user__first_session_tier_category")
    found = answer(tmp_path, SESSIONS, *groups)
    assert {(month[:10], category): figures for (month, category), figures in found.items()} == expected


def test_rates_by_mentor_are_those_of_the_mentors(warehouse: Pipeline, tmp_path: Path) -> None:
    """By the mentor of the first session and the tier that the mentor had."""
    expected = reported(
        warehouse, "select mentor_id, tier, users, rebooked from reports.rpt_mentors where users > 0"
    )
    groups = ("user__first_session_mentor_id", "user__first_session_tier")
    assert answer(tmp_path, SESSIONS, *groups) == expected


@pytest.mark.smoke
def test_rates_by_company_are_those_of_its_users(warehouse: Pipeline, tmp_path: Path) -> None:
    """By a dimension of another semantic model; users whom the current export lacks have no company."""
    expected = reported(
        warehouse,
        "select company_id, count(*), count_if(is_rebooked) from marts.fct_rebookings"
        " left join marts.dim_users using (user_id) where lens = 'sessions' group by all",
    )
    assert answer(tmp_path, SESSIONS, "user__company_id") == expected
