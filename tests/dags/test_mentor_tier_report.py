"""The DAG as Airflow reads it: complete, in order, documented, and cheap to parse."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, CronTriggerTimetable, DeadlineReference, TriggerRule
from airflow.sdk.exceptions import ParamValidationError
from airflow.sdk.types import TaskInstanceKey
from airflow.serialization.serialized_objects import DagSerialization

from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.orchestration.pipeline_dag import AdaptsToOneProcess
from include.pipeline.orchestration.task_defaults import RETRY_UNKNOWN_ERRORS
from include.pipeline.transform.node_task import NodeTask
from include.pipeline.transform.task_group import CHECKS, LAYERS, MADE
from tests.support.imports import loaded_by

DAGS_DIR = PROJECT_DIR / "dags"
BUILD = "dbt.build"
BUILT = "dbt.built"
LONGEST_NAME = 40


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(DAGS_DIR), bundle_name="dags")


@pytest.fixture(scope="module")
def dag(bag: DagBag) -> DAG:
    return bag.dags["mentor_tier_report"]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))


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
    """Owner, tags, docs, a schedule, one run at a time, no silent catch-up.

    Without a start date, before which a run has no tasks and is called a success.
    """
    assert bag.dags
    for dag in bag.dags.values():
        assert dag.default_args["owner"] != "airflow"
        assert dag.tags
        assert dag.description
        assert dag.doc_md and "Ask:" in dag.doc_md
        assert {task.start_date for task in dag.tasks} == {dag.start_date} == {None}
        assert dag.catchup is False
        assert dag.max_active_runs == 1


def test_the_schedule_is_daily(dag: DAG) -> None:
    """The business asks every day, and a day is one of UTC; the first answer comes at once."""
    assert dag.schedule == CronTriggerTimetable("0 0 * * *", timezone="UTC", run_immediately=True)


def test_every_task_has_an_owner_and_our_own_have_docs(dag: DAG) -> None:
    """Who to ask and what a task does is on the task; dbt's tasks carry the model's own description."""
    assert len(dag.tasks) > len(declared().source_names)
    for task in dag.tasks:
        assert task.owner == "data-platform", task.task_id
        if not task.task_id.startswith("dbt."):
            assert task.doc_md or task.doc, task.task_id


def test_the_stages_follow_each_other(dag: DAG) -> None:
    """ingest, validate, dbt, publish, report: each begins when the one before has ended well."""
    assert {f"ingest.{name}" for name in declared().source_names} <= upstream(dag, "validate.quality_gate")
    assert "validate.quality_gate" in upstream(dag, "validate.accept")
    assert "validate.accept" in upstream(dag, BUILD)
    assert {BUILD, BUILT} <= upstream(dag, "publish")
    assert dag.get_task("report").upstream_task_ids == {"publish"}


def test_the_run_waits_for_its_delivery(dag: DAG) -> None:
    """First of all; it knows its delivery as `receive` does."""
    awaiting = dag.get_task("ingest.await_delivery")
    assert not awaiting.upstream_task_ids
    receive = dag.get_task("ingest.receive")
    assert receive.upstream_task_ids == {awaiting.task_id}
    assert awaiting.data_date == receive.op_args[1]


def test_a_run_without_its_delivery_builds_what_it_has(dag: DAG) -> None:
    """Where what takes in a delivery is skipped, dbt runs; where it failed, dbt does not."""
    for task in dag.tasks:
        if task.task_id.startswith(("ingest.", "validate.")):
            assert task.trigger_rule == TriggerRule.ALL_SUCCESS, task.task_id
    assert dag.get_task(BUILD).trigger_rule == TriggerRule.NONE_FAILED


def test_the_report_is_the_last_task(dag: DAG) -> None:
    """Nothing follows the answer; tasks that show the last models of dbt's graph end the run with it."""
    leaves = {task.task_id for task in dag.leaves if not isinstance(task, NodeTask)}
    assert leaves == {"report"}


def test_every_model_is_a_task_in_the_group_of_its_layer(dag: DAG, manifest: dict[str, Any]) -> None:
    """The graph shows the four layers of dbt, a task a model or seed."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] in MADE]
    assert {model["resource_type"] for model in models} == MADE.keys()
    for model in models:
        layer = model["fqn"][1]
        assert layer in LAYERS
        assert f"dbt.{layer}.{model['name']}.{MADE[model['resource_type']]}" in dag.task_ids


def test_every_data_test_of_a_model_has_a_task(dag: DAG, manifest: dict[str, Any]) -> None:
    """A model's own tests run right after it as one task; a test over several models after all of them."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    of_models = [
        (test, [node for node in test["depends_on"]["nodes"] if not node.startswith("source.")])
        for test in tests
    ]
    assert [parents for _, parents in of_models if len(parents) == 1]
    assert [parents for _, parents in of_models if len(parents) > 1]
    for test, parents in of_models:
        names = [manifest["nodes"][parent]["name"] for parent in parents]
        if len(test["depends_on"]["nodes"]) > 1:
            task_id = f"dbt.checks.{test['name']}_test"
            for name in names:
                assert [ran for ran in upstream(dag, task_id) if f".{name}." in ran]
        elif names:
            assert [task_id for task_id in dag.task_ids if task_id.endswith(f".{names[0]}.test")]


def parents(node: dict[str, Any]) -> list[str]:
    return node["depends_on"]["nodes"]


def nodes_of(dag: DAG) -> list[NodeTask]:
    return [task for task in dag.tasks if isinstance(task, NodeTask)]


def test_the_tasks_of_models_wait_without_a_worker(dag: DAG) -> None:
    """From the run's beginning, in the triggerer: the graph turns green while dbt builds."""
    of_dbt = {task_id for task_id in dag.task_ids if task_id.startswith("dbt.")}
    assert {task.task_id for task in nodes_of(dag)} == of_dbt - {BUILD, BUILT}
    for task in nodes_of(dag):
        assert task.start_from_trigger is True
        assert task.trigger_rule == TriggerRule.ALWAYS


def test_dbts_graph_begins_with_its_build(dag: DAG) -> None:
    """The arrows lead from the task that runs dbt to every task that shows what it did."""
    (first,) = [task for task in dag.tasks if task.upstream_task_ids == {"validate.accept"}]
    assert first.task_id == BUILD
    for task in nodes_of(dag):
        assert BUILD in upstream(dag, task.task_id)


def test_nothing_follows_the_build_but_through_its_gate(dag: DAG) -> None:
    """What the tasks of models show decides nothing: the gate needs the build, publication the gate."""
    assert dag.get_task(BUILT).upstream_task_ids == {BUILD}
    assert dag.get_task(BUILT).trigger_rule == TriggerRule.ALL_SUCCESS
    assert dag.get_task("publish").upstream_task_ids == {BUILT}
    assert dag.get_task("publish").trigger_rule == TriggerRule.NONE_FAILED


def test_in_one_process_the_tasks_of_models_follow_the_build() -> None:
    """There is no triggerer then; the scheduler's DAG is as it was."""
    alone = DagBag(dag_folder=str(DAGS_DIR), bundle_name="dags").dags["mentor_tier_report"]
    for task in alone.tasks:
        if isinstance(task, AdaptsToOneProcess):
            task.adapt_to_one_process()
    assert nodes_of(alone)
    for task in nodes_of(alone):
        assert BUILD in task.upstream_task_ids, task.task_id
        # To show a failed build, but not one that never began.
        assert task.trigger_rule == TriggerRule.ONE_DONE
    assert alone.get_task(BUILD).retries == 0
    assert alone.get_task("ingest.await_delivery").waits is False


def test_every_model_and_data_test_is_shown_once(dag: DAG, manifest: dict[str, Any]) -> None:
    """By the task that bears its name: a task of a model's tests has those, and not those of others too."""
    shown = [node for task in nodes_of(dag) for node in task.nodes]
    expected = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in (*MADE, "test")
    }
    assert sorted(shown) == sorted(expected)
    for task in nodes_of(dag):
        *_, owner, last = task.task_id.split(".")
        for node in task.nodes:
            if last in MADE.values():
                assert node == f"{expected[node]['resource_type']}.mentoring.{owner}"
                assert last == MADE[expected[node]["resource_type"]]
            elif last == "sources_test":
                assert not [parent for parent in parents(expected[node]) if not parent.startswith("source.")]
            elif last == "test":
                assert owner in [parent.split(".")[-1] for parent in parents(expected[node])]
            else:
                assert last == f"{expected[node]['name']}_test"


def test_the_tasks_of_models_have_readable_names(dag: DAG) -> None:
    """The graph shows the name of the model, not the path of its task, and cuts none."""
    for task in nodes_of(dag):
        assert "." not in task.task_display_name
        assert len(task.task_display_name) <= LONGEST_NAME
        assert task.doc_md
    assert dag.get_task(BUILD).task_display_name == "run dbt"


def test_the_groups_of_dbt_are_in_the_order_of_its_layers(dag: DAG) -> None:
    """As the graph and the grid sort them: what runs dbt first, and what belongs to no model last."""
    read = DagSerialization.from_dict(DagSerialization.to_dict(dag)).task_group
    shown = [child.node_id for child in read.children["dbt"].topological_sort()]
    assert shown == [BUILD, BUILT, *(f"dbt.{name}" for name in (*LAYERS, CHECKS))]


def test_tasks_lead_to_our_pages(dag: DAG) -> None:
    """By links that are kept when the task ends, and are relative to Airflow's UI."""
    run = TaskInstanceKey(dag.dag_id, "any", "manual__2031-05-03T04:05:00+00:00")
    assert {
        (task.task_id, link.name): link.get_link(task, ti_key=run)
        for task in dag.tasks
        for link in task.operator_extra_links
    } == {
        ("validate.quality_gate", "Quality page"): "mentoring/quality/",
        (BUILD, "dbt docs"): "mentoring/dbt/",
        ("report", "Report"): f"mentoring/reports/{file_name(run.run_id)}/tier_report.html",
    }


def test_tasks_of_models_lead_to_their_compiled_sql(dag: DAG) -> None:
    """The API server adds the links as it reads the DAG; that of several tests leads to their model."""
    read = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    links = {
        task_id: link.get_link(read.get_task(task_id), ti_key=None)
        for task_id in read.task_ids
        for link in read.get_task(task_id).operator_extra_links
        if link.name == "Compiled SQL"
    }
    assert set(links) == {task.task_id for task in nodes_of(dag)}
    model = "mentoring/dbt/#!/model/model.mentoring.fct_sessions"
    assert links["dbt.marts.fct_sessions.run"] == links["dbt.marts.fct_sessions.test"] == model
    assert links["dbt.marts.dim_tiers.seed"] == "mentoring/dbt/#!/seed/seed.mentoring.dim_tiers"
    check = "dbt.checks.no_fact_is_lost_test"
    assert links[check] == "mentoring/dbt/#!/test/test.mentoring.no_fact_is_lost"
    assert links["dbt.checks.sources_test"] == "mentoring/dbt/"


def test_dbt_is_tried_again_when_it_was_killed_and_not_when_it_failed(dag: DAG) -> None:
    """What may pass it has tried again by itself; the tasks of models only show what it did."""
    assert dag.get_task(BUILD).retry_policy == RETRY_UNKNOWN_ERRORS
    assert {task.retries for task in nodes_of(dag)} == {0}
    assert dag.get_task(BUILD).retries == 2


def test_the_build_knows_the_data_date_of_the_run(dag: DAG) -> None:
    """The age of the sources is measured at the date of the delivery, which every run has."""
    producer = dag.get_task(BUILD)
    assert "env" in producer.template_fields
    _, received = dag.get_task("ingest.receive").op_args
    assert producer.env == {"MENTOR_DATA_DATE": received}
    after = datetime(2031, 5, 3, 4, 5, tzinfo=UTC)
    for asked, logical, date in (
        (None, datetime(2031, 5, 2, tzinfo=UTC), "2031-05-02"),
        (None, None, "2031-05-03"),
        ("2031-05-01", datetime(2031, 5, 2, tzinfo=UTC), "2031-05-01"),
        ("2031-05-01", None, "2031-05-01"),
    ):
        run = SimpleNamespace(logical_date=logical, run_after=after)
        context = {"dag_run": run, "params": {"data_date": asked}}
        assert producer.render_template(producer.env, context) == {"MENTOR_DATA_DATE": date}


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
    assert deadline.callback.path == "include.pipeline.notify.run_alerts.publication_late"


@pytest.mark.parametrize("alert_url", ["", "json://127.0.0.1/inbox"])
@pytest.mark.parametrize("name", sorted(path.stem for path in DAGS_DIR.glob("*.py")))
def test_parsing_loads_nothing_that_only_a_task_needs(
    name: str, alert_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler parses each file every few seconds: no duckdb, pandas, Great Expectations or dbt."""
    monkeypatch.setenv("MENTOR_ALERT_URL", alert_url)
    code = f"import sys; sys.path.insert(0, 'dags'); import {name}"
    packages = {"airflow", "duckdb", "pandas", "great_expectations", "dbt", "apprise"}
    assert loaded_by(code, packages) == ["airflow"]


def test_the_trigger_form_explains_and_bounds_every_field(dag: DAG) -> None:
    """Titles and descriptions for people; the defaults are the standard run; a bad value is refused."""
    assert dag.params.dump() == {
        "data_date": None,
        "future_date": False,
        "full_refresh": False,
        "audit_only": False,
        "rebooking_window_days": 30,
    }
    for name in dag.params:
        schema = dag.params.get_param(name)
        assert schema.schema["title"] and schema.description, name
    for name, value in (
        ("data_date", "01.08.2031"),
        ("data_date", "2031-02-30"),
        ("rebooking_window_days", 0),
        ("rebooking_window_days", 400),
        ("rebooking_window_days", 45),
        ("rebooking_window_days", 14.5),
        ("rebooking_window_days", None),
        ("audit_only", "yes"),
        ("full_refresh", 1),
    ):
        with pytest.raises(ParamValidationError):
            dag.params.get_param(name).resolve(value)


def test_other_dags_can_be_scheduled_on_what_is_published(dag: DAG) -> None:
    """The published database and the report are assets, each of the task that makes it."""
    assert {outlet.name: task.task_id for task in dag.tasks for outlet in task.outlets} == {
        "mentor_tier_report_database": "publish",
        "mentor_tier_report_report": "report",
    }


def test_a_trial_ends_with_its_report(dag: DAG) -> None:
    """Its publication is skipped, and the report comes all the same; not where anything failed."""
    assert dag.get_task("report").trigger_rule == TriggerRule.NONE_FAILED
