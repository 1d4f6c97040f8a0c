"""A run on Spark whose data fail a test says so as with DuckDB, and shows the rows."""

import shlex
from pathlib import Path

from include.pipeline.core.settings import SPARK, declared
from include.pipeline.engines.spark.spark_settings import SPARK_PYTHON
from tests.support import needs
from tests.support.deployment import Deployment


def test_a_failing_check_of_a_model_stops_everything_after_it(copy_of_project: Path, tmp_path: Path) -> None:
    """The screen and the task of the test have its name and the row; nothing is published."""
    needs.spark()
    (copy_of_project / ".venv-spark").symlink_to(SPARK_PYTHON.parents[1])
    model = copy_of_project / "include" / "dbt" / "models" / "intermediate" / "int_requests.sql"
    sql = model.read_text(encoding="utf-8")
    doubled = "select * from decided union all (select * from decided order by booking_id limit 1)"
    model.write_text(sql.replace("select * from decided", doubled), encoding="utf-8")
    environment = {
        "MENTOR_ENGINE": SPARK,
        "MENTOR_LAKE": str(tmp_path / "warehouse"),
        "MENTOR_SPARK_MASTER": "",
        "MENTOR_DATA_DIR": str(declared().sample_data),
    }
    deployment = Deployment(tmp_path, copy_of_project, environment)
    failed = deployment.command("run")
    assert failed.returncode == 1, failed.stdout
    (log,) = (copy_of_project / "logs").glob("run-*.log")
    _, _, of_the_tests = log.read_text(encoding="utf-8").partition(
        "running task <TaskInstance: mentor_tier_report.dbt.intermediate.int_requests.test "
    )
    of_the_tests = of_the_tests.partition("[DAG TEST] end task")[0]
    for words in (
        "dbt test unique_int_requests_booking_id (include/dbt/models/intermediate/int_requests.yml) failed",
        "Got 1 result",
        "n_records=2",
    ):
        assert words in failed.stdout.rpartition("Failed: ")[2], failed.stdout
        assert words in of_the_tests
    assert not deployment.published.exists()
    hint = failed.stdout.rpartition("make dbt ARGS=")[2].splitlines()[0]
    (of_dbt,) = shlex.split(hint)
    shown = deployment.command("dbt", *shlex.split(of_dbt), "--output", "json")
    assert '"n_records": 2' in shown.stdout, shown.stdout
    # It has made no models, and there were none: there is nothing to publish.
    refused = deployment.command("publish")
    assert "The build lacks a layer" in refused.stdout, refused.stdout
