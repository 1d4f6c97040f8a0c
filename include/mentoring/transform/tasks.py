"""The dbt project as Airflow tasks: the one place that configures Cosmos.

One dbt process (the producer) builds everything in the order of dbt's graph; each model and each test
has a task of its own that shows what became of it.
"""

import json
from typing import Any

from airflow.sdk import DAG, TaskGroup, TriggerRule
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import (
    PRODUCER_WATCHER_TASK_ID,
    DbtResourceType,
    ExecutionMode,
    InvocationMode,
    LoadMode,
    TestBehavior,
)
from cosmos.dbt.graph import DbtNode
from cosmos.operators.watcher import DbtProducerWatcherOperator

from include.mentoring.policy import QUEUE, RETRIES, RETRY_THE_UNEXPLAINED
from include.mentoring.settings import (
    DBT_MANIFEST,
    DBT_PROJECT_DIR,
    SPARK,
    SPARK_PYTHON,
    is_by_hand,
    settings,
)
from include.mentoring.transform import failures
from include.mentoring.transform.node import NodeTask
from include.mentoring.transform.producer import RetryingProducer

IS_ON_SPARK = settings().engine == SPARK
PROJECT = ProjectConfig(
    dbt_project_path=DBT_PROJECT_DIR,
    manifest_path=DBT_MANIFEST,
    install_dbt_deps=False,
    # What is kept of a parse is of DuckDB's dbt.
    partial_parse=not IS_ON_SPARK,
)
# Cosmos makes it one of Airflow's own paths, whose reading loads all plugins to note the lineage.
PROJECT.manifest_path = DBT_MANIFEST
PROFILE = ProfileConfig(
    profile_name="mentoring",
    target_name=SPARK if IS_ON_SPARK else "build",
    profiles_yml_filepath=DBT_PROJECT_DIR / "profiles.yml",
)
EXECUTION = ExecutionConfig(
    execution_mode=ExecutionMode.WATCHER,
    invocation_mode=InvocationMode.SUBPROCESS if IS_ON_SPARK else InvocationMode.DBT_RUNNER,
    **({"dbt_executable_path": SPARK_PYTHON.with_name("dbt")} if IS_ON_SPARK else {}),
)
# It would lie in the copy of the project, which goes when dbt has ended; the task's own log has it all.
NO_LOG_FILE = ("--log-level-file", "none")
# dbt logs the end of a node at this level; who runs it in his own process is called at any.
EVENTS_OF_NODES = ("--log-level", "debug") if IS_ON_SPARK else ()
# A task that shows what another did: that one has failed too, and tells of it.
SHOWS_ONLY: dict[str, Any] = {"retries": 0, "on_failure_callback": None}


def dbt_tasks(group_id: str, data_date: str) -> TaskGroup:
    """Return the task group of the dbt build; it needs the manifest that `dbt parse` writes.

    Args:
        group_id: of the task group.
        data_date: template of the run's data date, as of which the age of the sources is measured.

    Under a scheduler the tasks of models and tests wait in the triggerer from the run's beginning, and end
    when dbt has ended their nodes: the arrows between them only show dbt's graph. `airflow dags test` has
    no triggerer, starts ready tasks in no certain order and shows no graph: there all follow the producer.
    """
    producer_task_id = f"{group_id}.{PRODUCER_WATCHER_TASK_ID}"
    described = json.loads(DBT_MANIFEST.read_text(encoding="utf-8"))["nodes"]
    group = DbtTaskGroup(
        group_id=group_id,
        project_config=PROJECT,
        profile_config=PROFILE,
        execution_config=EXECUTION,
        render_config=_render(producer_task_id, described),
        operator_args={
            # dbt's unit tests judge the code, not the data: `make test` runs them.
            "dbt_cmd_flags": ["--exclude-resource-type", "unit_test", *NO_LOG_FILE, *EVENTS_OF_NODES],
            "emit_datasets": False,
            # Cosmos takes none of the DAG's own.
            **QUEUE,
        },
    )
    tasks = list(group.iter_tasks())
    (producer,) = (task for task in tasks if isinstance(task, DbtProducerWatcherOperator))
    # Cosmos names the producer's class itself.
    producer.__class__ = RetryingProducer
    producer.callback = failures.raise_all
    # It tries again by itself what may pass; by hand there is nobody left to try again.
    producer.retries = 0 if is_by_hand() else RETRIES
    producer.retry_policy = RETRY_THE_UNEXPLAINED
    # A run that goes on with the previous data has skipped what brings in a delivery.
    producer.trigger_rule = TriggerRule.NONE_FAILED
    # People read its log; what the nodes' tasks need comes from dbt's events, as JSON from another process.
    producer.log_format = "json" if IS_ON_SPARK else "text"
    # No variable of dbt, whose every change has dbt parse the whole project.
    producer.env = {"MENTOR_DATA_DATE": data_date}
    nodes = [task for task in tasks if isinstance(task, NodeTask)]
    _share_out_tests(nodes, producer.tests_per_model)
    nodes.append(_tests_of_sources(group, producer_task_id, described, nodes))
    for node in nodes:
        if is_by_hand():
            _follow(producer, node)
        else:
            node.trigger_rule = TriggerRule.ALWAYS
            node.wait_in_triggerer()
    return group


def _render(producer_task_id: str, described: dict[str, Any]) -> RenderConfig:
    tests = {described[node]["name"]: node for node in described if node.startswith("test.")}

    def node_task(task_id: str, node: DbtNode, dag: DAG, task_group: TaskGroup, **_: Any) -> NodeTask:
        # For a test of several models, Cosmos gives the id of its task and not the test.
        shown = node.unique_id if task_id in ("run", "test") else tests[task_id.removesuffix("_test")]
        name = described[shown]["name"]
        return NodeTask(
            task_id=task_id,
            task_display_name=f"{name} tests" if task_id == "test" else name,
            doc_md=described[shown]["description"] or f"dbt test {name}",
            nodes=[shown],
            producer_task_id=producer_task_id,
            task_group=task_group,
            dag=dag,
            **({"owner": node.owner} if node.owner else {}),
            **SHOWS_ONLY,
        )

    return RenderConfig(
        load_method=LoadMode.DBT_MANIFEST,
        test_behavior=TestBehavior.AFTER_EACH,
        # A test of several models runs after all of them, as a task of its own. Cosmos draws it in the
        # folder of the manifest's last resource, which is models/exposures.yml: beside the layers.
        should_detach_multiple_parents_tests=True,
        group_nodes_by_folder=True,
        # Of a model with tests, the model and its tests are a task each.
        node_conversion_by_task_group=False,
        node_converters={DbtResourceType.MODEL: node_task, DbtResourceType.TEST: node_task},
    )


def _share_out_tests(tasks: list[NodeTask], tests_of: dict[str, list[str]]) -> None:
    """Have the task of a model's tests show them, but for tests of several models, which have their own."""
    alone = {node for task in tasks for node in task.nodes if node.startswith("test.")}
    for task in tasks:
        if task.task_id.endswith(".test"):
            (model,) = task.nodes
            task.nodes = [test for test in tests_of[model] if test not in alone]


def _tests_of_sources(
    group: TaskGroup, producer_task_id: str, described: dict[str, Any], nodes: list[NodeTask]
) -> NodeTask:
    """Return the task of the tests that no model has; Cosmos draws no sources."""
    shown = {node for task in nodes for node in task.nodes}
    return NodeTask(
        task_id="sources_test",
        task_display_name="raw tests",
        doc_md="Tests of the raw layer, before anything is built on it.",
        nodes=[node for node in described if node.startswith("test.") and node not in shown],
        producer_task_id=producer_task_id,
        task_group=group,
        **SHOWS_ONLY,
    )


def _follow(producer: DbtProducerWatcherOperator, node: NodeTask) -> None:
    # Without arrows between nodes, which have Airflow look at all its tasks anew for each step along them.
    node.upstream_task_ids.clear()
    node.downstream_task_ids.clear()
    producer >> node
    # After a build that failed too, to show which model or test it was.
    node.trigger_rule = TriggerRule.ONE_DONE
