"""Whole DAG runs, as `make run` and `airflow dags test` start them."""

import csv
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.ui import quality_pages
from include.simulator import defects
from include.simulator.any_size import write_delivery
from tests.support import real_figures
from tests.support.deployment import Deployment
from tests.support.receiver import receiving

pytestmark = pytest.mark.e2e

ON_THE_SAMPLE = {"MENTOR_DATA_DIR": str(declared().sample_data)}

TABLE = [
    ["tier", "tier_category", "total_users_w_sessions", "rebooked_count", "rebooking_rate_pct"],
    ["Gold", "top_tier", "42", "26", "61.90"],
    ["Silver", "standard_tier", "57", "22", "38.60"],
    ["Bronze", "standard_tier", "33", "0", "0.00"],
]


def last_block(screen: str) -> str:
    """Return what stands after the last `Failed: ` of the screen."""
    return screen.rpartition("Failed: ")[2]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, str]:
    """A deployment after one run on the sample, and what the screen showed."""
    deployment = Deployment(tmp_path_factory.mktemp("sample"), environment=ON_THE_SAMPLE)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 0, done.stdout
    return deployment, done.stdout


@pytest.mark.smoke
def test_a_run_on_the_sample_prints_the_tier_table(sample: tuple[Deployment, str]) -> None:
    """The answer is on the screen, under the stages that led to it, with the report's path."""
    _, screen = sample
    lines = screen.splitlines()
    assert [line.split() for line in lines[-6:-2]] == TABLE
    assert lines[-1].endswith("tier_report.html")
    assert "_are_fresh" not in screen
    assert "  warning    The data may be out of date: the latest event is from 2023-07-21T02:05:00Z" in screen
    stages = [line.split()[0] for line in lines if line.startswith("  ")]
    assert [stage for stage in dict.fromkeys(stages) if stage not in ("setup", "warning")] == [
        "ingest",
        "validate",
        "dbt",
        "publish",
        "report",
        "total",
    ]


@pytest.mark.smoke
def test_a_run_writes_the_four_files(sample: tuple[Deployment, str]) -> None:
    """The report is CSV, JSON, Markdown and HTML, in the run's folder and in latest."""
    deployment, _ = sample
    names = {"tier_results.csv", "tier_report.json", "tier_report.md", "tier_report.html"}
    assert {path.name for path in deployment.latest.iterdir()} == names
    runs = [path for path in deployment.latest.parent.iterdir() if path.name not in ("latest", ".runs")]
    assert [path.resolve() for path in runs] == [deployment.latest.resolve()]
    with (deployment.latest / "tier_results.csv").open(encoding="utf-8", newline="") as results:
        assert list(csv.reader(results)) == TABLE


@pytest.mark.smoke
def test_the_report_says_that_the_sample_is_synthetic(sample: tuple[Deployment, str]) -> None:
    """Nobody may take the sample's figures for the business's."""
    deployment, _ = sample
    assert deployment.results()["origin"] == "sample"
    assert "synthetic" in (deployment.latest / "tier_report.md").read_text(encoding="utf-8")


@pytest.mark.smoke
def test_the_published_database_has_the_layers_alone(sample: tuple[Deployment, str]) -> None:
    """The published database has raw and the four layers of dbt, and nothing else of the build."""
    deployment, _ = sample
    assert deployment.rows("select distinct table_schema from information_schema.tables order by all") == [
        ("intermediate",),
        ("marts",),
        ("raw",),
        ("reports",),
        ("staging",),
    ]


def test_own_data_after_the_sample_gives_the_real_figures(
    sample: tuple[Deployment, str], real_delivery: Path, tmp_path: Path
) -> None:
    """The expected figures, from the real rows alone, in a warehouse that held the sample."""
    shutil.copytree(sample[0].folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    deployment = Deployment(tmp_path, environment={"MENTOR_DATA_DIR": str(real_delivery)})
    before = deployment.outputs()
    done = deployment.command("run")
    assert done.returncode == 0, done.stdout
    assert deployment.outputs() != before
    results = deployment.results()
    assert results["origin"] == "own"
    real_figures.assert_figures(results)
    assert deployment.rows("select count(*) from raw.users where user_id like '9000%'") == [(0,)]


@pytest.fixture
def delivered(tmp_path: Path) -> Deployment:
    """A deployment with a delivery of its own in the landing folder."""
    deployment = Deployment(tmp_path)
    subprocess.run(
        [
            *(sys.executable, "-m", "include.simulator", "delivery"),
            *("--out", str(deployment.data), "--events", "400", "--seed", "3"),
        ],
        cwd=PROJECT_DIR,
        check=True,
    )
    return deployment


def test_the_same_delivery_again_and_by_hand_changes_nothing(delivered: Deployment) -> None:
    """`airflow dags test` typed after activation works, and three runs leave what one does."""
    first = delivered.command("run")
    assert first.returncode == 0, first.stdout
    marts = delivered.marts()
    ledger = delivered.rows("select * from raw.loads order by load_id")
    assert marts and ledger
    activate = Path(sys.prefix) / "bin" / "activate"
    by_hand = f"source '{activate}' && airflow dags test mentor_tier_report"
    for command in (by_hand, f"{by_hand} 2031-02-03"):
        done = delivered.process("bash", "-c", command)
        assert done.returncode == 0, done.stdout[-3000:]
        # Years later the sources have brought nothing new for years.
        assert ("Warning in test events_are_fresh" in done.stdout) == (command != by_hand)
        assert delivered.marts() == marts
        without_dates = "select * exclude (redelivered_on) from raw.loads order by load_id"
        assert delivered.rows(without_dates) == [row[:11] + row[12:] for row in ledger]


def test_a_refused_file_leaves_everything_as_it_was(delivered: Deployment) -> None:
    """The screen says why, nothing changes, and the corrected file loads."""
    assert delivered.command("run").returncode == 0
    before = delivered.outputs()
    good = delivered.folder / "good"
    shutil.copytree(delivered.data, good)
    defects.apply("truncated_events", delivered.data)
    assert_refused(delivered, "ingest.events", "booking_events.json", "cannot be parsed to its end")
    assert delivered.outputs() == before
    shutil.rmtree(delivered.data)
    shutil.copytree(good, delivered.data)
    defects.apply("exact_duplicate_rows", delivered.data)
    corrected = delivered.command("run")
    assert corrected.returncode == 0, corrected.stdout
    statuses = delivered.rows("select status, count(*) from raw.loads group by status order by all")
    assert dict(statuses)["refused"] == 1


def assert_refused(deployment: Deployment, task: str, *words: str) -> None:
    """Run on a delivery that must be refused: the last block on the screen names the task and the reason."""
    refused = deployment.command("run")
    assert refused.returncode == 1, refused.stdout
    assert last_block(refused.stdout).startswith(task), refused.stdout
    for word in (*words, "Expected"):
        assert word in last_block(refused.stdout), refused.stdout
    assert "Traceback" not in refused.stdout


@pytest.mark.smoke
def test_a_delivery_that_the_gate_refuses_changes_nothing_and_sends_one_alert(
    sample: tuple[Deployment, str], tmp_path: Path
) -> None:
    """Screen and alert have the gate's words; the tasks after it and the run have nothing to add."""
    shutil.copytree(sample[0].folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    with receiving() as receiver:
        environment = {"MENTOR_ALERT_URL": receiver.address, "NO_PROXY": "127.0.0.1"}
        deployment = Deployment(tmp_path, environment=environment)
        shutil.copytree(declared().sample_data, deployment.data)
        defects.apply("orphan_requests", deployment.data)
        before = deployment.outputs()
        assert_refused(deployment, "validate.quality_gate", "events.user_id", "booking_requested")
    assert deployment.outputs() == before
    alert = receiver.only()
    assert alert["title"] == "mentor_tier_report: delivery refused"
    for words in ("Task: validate.quality_gate", "events.user_id", "booking_requested"):
        assert words in alert["message"]


# What the results say of the run and of its files, and not of what happened.
KEYS_THAT_DIFFER = {"run_id", "files", "quality", "gate", "publication"}


def test_an_event_of_2099_changes_no_figure_and_many_refuse_the_file(
    sample: tuple[Deployment, str], tmp_path: Path
) -> None:
    """One is quarantined; of 6 % of the rows the screen says that the data date or the clock is wrong."""
    deployment = Deployment(tmp_path)
    shutil.copytree(declared().sample_data, deployment.data)
    defects.apply("future_timestamp", deployment.data, rows=1)
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 0, done.stdout
    assert 'timestamp "2099-01-01T00:00:00Z" is later than a day after the end' in done.stdout
    assert deployment.rows("select reason from raw.rejected_rows") == [("future_timestamp",)]
    results, expected = (found.results() for found in (deployment, sample[0]))
    assert {name for name in expected if results[name] != expected[name]} == KEYS_THAT_DIFFER
    before = deployment.outputs()
    defects.apply("future_timestamp", deployment.data, rows=0.06)
    assert_refused(
        deployment, "ingest.events", "52 future_timestamp", "(5.8 %)", "Either the data date or the clock"
    )
    assert deployment.outputs() == before


def test_a_stopped_clock_is_in_the_screen_the_report_the_ui_and_an_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sentence in all four places, and the figures are published all the same."""
    with receiving() as receiver:
        environment = {"MENTOR_ALERT_URL": receiver.address, "NO_PROXY": "127.0.0.1"}
        deployment = Deployment(tmp_path, environment=environment)
        shutil.copytree(declared().sample_data, deployment.data)
        defects.apply("stopped_clock", deployment.data)
        done = deployment.command("run", "--date", "2023-07-21")
    assert done.returncode == 0, done.stdout
    stopped = "The data may be out of date: the latest event is from 2023-05-09T17:32:35Z, 73 days before"
    assert f"  warning    {stopped}" in done.stdout
    text = (deployment.latest / "tier_report.md").read_text(encoding="utf-8")
    assert stopped in text[: text.index("\n## ")]
    (alert,) = [alert for alert in receiver.alerts if "data in doubt" in alert["title"]]
    assert stopped in alert["message"]
    for name, value in deployment.variables().items():
        monkeypatch.setenv(name, value)
    assert stopped in bytes(quality_pages.show().body).decode()


def test_a_failing_check_of_a_model_stops_everything_after_it(copy_of_project: Path, tmp_path: Path) -> None:
    """A model with a doubled row fails its test: the screen names test and row, nothing is published."""
    deployment = Deployment(tmp_path, copy_of_project, ON_THE_SAMPLE)
    model = copy_of_project / "include" / "dbt" / "models" / "intermediate" / "int_requests.sql"
    model.write_text(
        model.read_text(encoding="utf-8").replace(
            "select * from decided\n", "select * from decided union all (select * from decided limit 1)\n"
        ),
        encoding="utf-8",
    )
    failed = deployment.command("run")
    assert failed.returncode == 1, failed.stdout
    assert last_block(failed.stdout).startswith("dbt."), failed.stdout
    build = deployment.folder / "warehouse" / "build" / "current" / "mentoring.duckdb"
    with duckdb.connect(build, read_only=True) as connection:
        ((booking_id,),) = connection.execute(
            "select unique_field from audit.unique_int_requests_booking_id"
        ).fetchall()
    told = [
        "dbt test unique_int_requests_booking_id (include/dbt/models/intermediate/int_requests.yml) failed",
        "Got 1 result",
        f"unique_field={booking_id}, n_records=2",
    ]
    for words in told:
        assert words in last_block(failed.stdout), failed.stdout
    # The task of the model's tests fails for the same reason, which its log in the UI shows.
    (log,) = (copy_of_project / "logs").glob("run-*.log")
    _, _, of_the_tests = log.read_text(encoding="utf-8").partition(
        "running task <TaskInstance: mentor_tier_report.dbt.intermediate.int_requests.test "
    )
    of_the_tests = of_the_tests.partition("[DAG TEST] end task")[0]
    for words in told:
        assert words in of_the_tests
    assert not deployment.published.exists()


FAILS_ONCE = """
{% if execute and not run_query("from glob('FLAG')").rows %}
    {% do run_query("copy (select 1) to 'FLAG'") %}
    {% do run_query("select error('The network is away')") %}
{% endif %}
"""


def test_a_build_that_fails_once_is_built_again_as_a_whole(
    sample: tuple[Deployment, str], copy_of_project: Path, tmp_path: Path
) -> None:
    """What may pass is tried again inside the run: it ends with the tables of a run without the fault."""
    deployment = Deployment(tmp_path, copy_of_project, ON_THE_SAMPLE)
    model = copy_of_project / "include" / "dbt" / "models" / "marts" / "dim_users.sql"
    flag = tmp_path / "failed_once"
    model.write_text(
        FAILS_ONCE.replace("FLAG", str(flag)) + model.read_text(encoding="utf-8"), encoding="utf-8"
    )
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 0, done.stdout
    assert flag.exists(), "the model never failed"
    (log,) = (copy_of_project / "logs").glob("run-*.log")
    assert log.read_text(encoding="utf-8").count("dbt builds all of it again") == 1
    assert deployment.marts() == sample[0].marts()


def test_a_dag_that_cannot_start_says_why(copy_of_project: Path, tmp_path: Path) -> None:
    """Without a manifest there are no tasks to run; the reason is on the screen, not only in the log."""
    deployment = Deployment(tmp_path, copy_of_project, ON_THE_SAMPLE)
    shutil.rmtree(copy_of_project / "include" / "dbt" / "target")
    failed = deployment.command("run")
    assert failed.returncode == 1
    assert "manifest" in failed.stdout


def test_the_time_zone_of_the_machine_changes_nothing(delivered: Deployment, tmp_path: Path) -> None:
    """All times are UTC: two machines at either end of the day write the same report."""
    documents = []
    for zone in ("America/New_York", "Europe/Rome"):
        deployment = Deployment(
            tmp_path / zone.replace("/", "-"),
            environment={"TZ": zone, "MENTOR_DATA_DIR": str(delivered.data)},
        )
        for arguments in (
            ("ingest", "--date", "2023-08-01"),
            ("validate",),
            ("dbt", "build", "--exclude-resource-type", "unit_test"),
            ("publish",),
            ("report",),
        ):
            done = deployment.command(*arguments)
            assert done.returncode == 0, done.stdout
        results = deployment.results()
        # It has the time.
        del results["publication"]["published_at"]
        documents.append((json.dumps(results), deployment.marts()))
    assert documents[0] == documents[1]


def test_settings_of_other_projects_change_nothing(delivered: Deployment) -> None:
    """A date is midnight in UTC, whatever Airflow's default zone is: east of it, that is the day before.

    Nor do dbt's variables, a proxy or an old airflow.cfg of the caller's shell matter. The cache of Cosmos
    is the deployment's own: in /tmp, another user's could not be written.
    """
    home = delivered.folder / "airflow"
    home.mkdir()
    (home / "airflow.cfg").write_text(
        "[core]\ndefault_timezone = Europe/Berlin\ndags_folder = /elsewhere\n", encoding="utf-8"
    )
    delivered.environment.update(
        AIRFLOW_HOME=str(home),
        AIRFLOW_CONFIG=str(home / "airflow.cfg"),
        AIRFLOW__CORE__DEFAULT_TIMEZONE="Europe/Berlin",
        AIRFLOW__CORE__DAGS_FOLDER="/elsewhere",
        DBT_WARN_ERROR="true",
        DBT_PROFILES_DIR="/elsewhere",
        DBT_TARGET_PATH="/elsewhere",
        HTTP_PROXY="http://127.0.0.1:9",
    )
    flat = [*delivered.data.iterdir()]
    for day, seed in (("2031-07-31", 1), ("2031-08-01", 2)):
        write_delivery(delivered.data / day, 400, seed)
    for path in flat:
        path.unlink()
    done = delivered.command("run", "--date", "2031-08-01")
    assert done.returncode == 0, done.stdout
    due = delivered.data / "2031-08-01"
    assert dict(delivered.rows("select file_name, sha256 from raw.loads")) == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in due.iterdir()
    }
    assert delivered.rows("select distinct cast(data_date as varchar) from raw.loads") == [(due.name,)]
    assert (home / "cosmos").is_dir()
