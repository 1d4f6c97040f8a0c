"""The DAG as Airflow reads it: complete, in order, documented, and cheap to parse."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, TriggerRule
from airflow.sdk.definitions.deadline import DeadlineReference

from include.mentoring.settings import DBT_MANIFEST, PROJECT_DIR
from include.mentoring.sources import SOURCES
from tests.imports import loaded_by

DAGS_DIR = PROJECT_DIR / "dags"
LAYERS = ("staging", "marts", "reports")


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(DAGS_DIR), bundle_name="dags")


@pytest.fixture(scope="module")
def dag(bag: DagBag) -> DAG:
    return bag.dags["mentor_tier_report"]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads(DBT_MANIFEST.read_text(encoding="utf-8"))


def upstream(dag: DAG, task_id: str) -> set[str]:
    return dag.get_task(task_id).get_flat_relative_ids(upstream=True)


def test_every_dag_file_imports(bag: DagBag) -> None:
    """A DAG file that does not import is no DAG: it would only be missing from the UI."""
    assert bag.import_errors == {}
    assert bag.dags


def test_a_dag_is_named_as_its_file(bag: DagBag) -> None:
    """File, function and dag_id are one name, and none begins with dbt_: dbt imports those as plugins."""
    files = {path.stem for path in DAGS_DIR.glob("*.py")}
    assert files
    assert set(bag.dags) == files
    assert not [name for name in files if name.startswith("dbt_")]


def test_a_dag_says_who_when_and_what(bag: DagBag) -> None:
    """Owner, tags, docs, an explicit start and schedule, one run at a time, no silent catch-up."""
    assert bag.dags
    for dag in bag.dags.values():
        assert dag.default_args["owner"] != "airflow"
        assert dag.tags
        assert dag.doc_md and "Ask:" in dag.doc_md
        assert dag.start_date is not None and dag.start_date.utcoffset().total_seconds() == 0
        assert dag.catchup is False
        assert dag.max_active_runs == 1


def test_the_schedule_is_daily(dag: DAG) -> None:
    """The business asks every day."""
    assert dag.schedule == "@daily"


def test_every_task_has_an_owner_and_our_own_have_docs(dag: DAG) -> None:
    """Who to ask and what a task does is on the task; dbt's tasks carry the model's own description."""
    assert len(dag.tasks) > len(SOURCES)
    for task in dag.tasks:
        assert task.owner == "data-platform", task.task_id
        if not task.task_id.startswith("dbt."):
            assert task.doc_md or task.doc, task.task_id


def test_the_stages_follow_each_other(dag: DAG) -> None:
    """ingest, validate, dbt, publish, report: each begins when the one before has ended well."""
    assert {f"ingest.{name}" for name in SOURCES} <= upstream(dag, "validate.quality_gate")
    assert "validate.quality_gate" in upstream(dag, "validate.accept")
    assert "validate.accept" in upstream(dag, "dbt.dbt_producer_watcher")
    dbt_tasks = {task.task_id for task in dag.tasks if task.task_id.startswith("dbt.")}
    assert dbt_tasks
    assert dbt_tasks <= upstream(dag, "publish")
    assert upstream(dag, "report") == {task.task_id for task in dag.tasks} - {"report"}


def test_the_report_is_the_last_task(dag: DAG) -> None:
    """Nothing follows the answer."""
    assert [task.task_id for task in dag.leaves] == ["report"]


def test_every_model_is_a_task_in_the_group_of_its_layer(dag: DAG, manifest: dict[str, Any]) -> None:
    """The graph shows staging, marts and reports, a task a model."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert models
    for model in models:
        layer = model["fqn"][1]
        assert layer in LAYERS
        assert f"dbt.models.{layer}.{model['name']}.run" in dag.task_ids


def test_every_data_test_of_a_model_has_a_task(dag: DAG, manifest: dict[str, Any]) -> None:
    """A model's own tests run right after it as one task; a test over several models after all of them."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    of_models = [
        (test, [node for node in test["depends_on"]["nodes"] if node.startswith("model.")]) for test in tests
    ]
    assert [parents for _, parents in of_models if len(parents) == 1]
    assert [parents for _, parents in of_models if len(parents) > 1]
    for test, parents in of_models:
        names = [manifest["nodes"][parent]["name"] for parent in parents]
        if len(test["depends_on"]["nodes"]) > 1:
            prefix = f"dbt.models.{test['name']}"
            (task_id,) = [task_id for task_id in dag.task_ids if task_id.startswith(prefix)]
            for name in names:
                assert [ran for ran in upstream(dag, task_id) if ran.endswith(f".{name}.run")]
        elif names:
            assert [task_id for task_id in dag.task_ids if task_id.endswith(f".{names[0]}.test")]


def test_a_consumer_never_comes_before_the_producer(dag: DAG) -> None:
    """`airflow dags test` takes ready tasks in any order: a consumer that came first would wait for ever."""
    consumers = [task_id for task_id in dag.task_ids if task_id.startswith("dbt.models.")]
    assert consumers
    for task_id in consumers:
        assert "dbt.dbt_producer_watcher" in upstream(dag, task_id), task_id


def test_the_first_consumers_show_a_failed_build_but_not_one_that_never_began(dag: DAG) -> None:
    """Otherwise they would wait for ever on a producer whose upstream failed."""
    roots = [
        task
        for task in dag.tasks
        if task.task_id.startswith("dbt.models.") and task.upstream_task_ids == {"dbt.dbt_producer_watcher"}
    ]
    assert roots
    assert {task.trigger_rule for task in roots} == {TriggerRule.ONE_DONE}


def test_the_producer_reports_each_test_of_several_models_by_itself(dag: DAG) -> None:
    """The task of such a test waits for its own name; its parents' tasks speak of their own tests only."""
    reported = dag.get_task("dbt.dbt_producer_watcher").tests_per_model
    own = {key for key in reported if key.startswith("test.")}
    assert own
    for key, tests in reported.items():
        assert tests == [key] if key in own else not own & set(tests)


def test_dbt_runs_once_and_is_never_retried(dag: DAG) -> None:
    """Consumers only watch; a second try of the producer would be skipped, and the build with it."""
    watching = [task for task in dag.tasks if task.task_id.startswith("dbt.models.")]
    assert watching
    assert {task.retries for task in [*watching, dag.get_task("dbt.dbt_producer_watcher")]} == {0}


def test_the_build_knows_the_data_date_of_the_run(dag: DAG) -> None:
    """The age of the sources is measured at the date of the delivery, which every run has (SPEC 1)."""
    producer = dag.get_task("dbt.dbt_producer_watcher")
    assert "env" in producer.template_fields
    _, received = dag.get_task("ingest.receive").op_args
    assert producer.env == {"MENTOR_DATA_DATE": received}
    after = datetime(2031, 5, 3, 4, 5, tzinfo=UTC)
    for logical, date in ((datetime(2031, 5, 2, tzinfo=UTC), "2031-05-02"), (None, "2031-05-03")):
        run = SimpleNamespace(logical_date=logical, run_after=after)
        assert producer.render_template(producer.env, {"dag_run": run}) == {"MENTOR_DATA_DATE": date}


def test_a_publication_is_late_two_hours_after_its_run_was_queued(
    dag: DAG, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler tells it, where alerts are on; otherwise it watches nothing."""
    assert dag.deadline is None
    monkeypatch.setenv("MENTOR_ALERT_URL", "json://127.0.0.1/inbox")
    monkeypatch.setenv("MENTOR_PUBLISH_WITHIN_MINUTES", "120")
    (deadline,) = DagBag(dag_folder=str(DAGS_DIR), bundle_name="dags").dags["mentor_tier_report"].deadline
    assert deadline.reference == DeadlineReference.DAGRUN_QUEUED_AT
    assert deadline.interval == timedelta(hours=2)
    assert deadline.callback.path == "include.mentoring.alerts.publication_late"


@pytest.mark.parametrize("alert_url", ["", "json://127.0.0.1/inbox"])
def test_parsing_loads_nothing_that_only_a_task_needs(
    alert_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler parses the file every few seconds: no duckdb, pandas, Great Expectations or dbt."""
    monkeypatch.setenv("MENTOR_ALERT_URL", alert_url)
    code = "import sys; sys.path.insert(0, 'dags'); import mentor_tier_report"
    packages = {"airflow", "duckdb", "pandas", "great_expectations", "dbt", "apprise"}
    assert loaded_by(code, packages) == ["airflow"]
