"""The dbt project as Airflow tasks: the one place that configures Cosmos.

One dbt process builds everything in the order of dbt's graph; each model and each test has a task of its
own that shows its result.
"""

import json
from collections.abc import Callable
from typing import Any

from airflow.sdk import TaskGroup, TriggerRule, task
from cosmos import DbtTaskGroup, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import DbtResourceType, InvocationMode, LoadMode, TestBehavior
from cosmos.dbt.graph import DbtNode

from include.pipeline.core.settings import airflow_home, declared
from include.pipeline.engines.chosen import engine
from include.pipeline.orchestration.task_defaults import RETRIES, RETRY_UNKNOWN_ERRORS
from include.pipeline.transform.dbt_build import DbtBuild
from include.pipeline.transform.node_task import NodeTask

ENGINE = engine()
PROFILE = ProfileConfig(
    profile_name=declared().database,
    target_name=ENGINE.dbt_target,
    profiles_yml_filepath=declared().dbt_project / "profiles.yml",
)
FLAGS = [
    # dbt's unit tests judge the code, not the data: `make test` runs them.
    *("--exclude-resource-type", "unit_test"),
    # It would be in the copy of the project, which is removed when dbt has ended; the task's log has it all.
    *("--log-level-file", "none"),
    # dbt logs the end of a node at this level; a callback in dbt's own process gets it at any level.
    *(() if ENGINE.runs_dbt_here else ("--log-level", "debug")),
]
BUILD = "build"
# Groups of the graph, in the order in which the UI shows them: dbt's layers, and what belongs to no model.
LAYERS = ("staging", "intermediate", "marts", "reports")
CHECKS = "checks"
# Kinds of models, and the id of the task that shows one.
MADE = {"model": "run", "seed": "seed"}


def dbt_tasks(group_id: str, data_date: str, run: str) -> tuple[TaskGroup, Any]:
    """Return the task group of the dbt build, and its gate: what uses the build must follow the gate.

    The group needs the manifest that `dbt parse` writes.

    Args:
        group_id: of the task group.
        data_date: template of the run's data date, as of which the age of the sources is measured.
        run: template of the run's id.

    Under a scheduler the tasks of models and tests wait in the triggerer from the run's beginning, and end
    when dbt has ended their nodes: the arrows to them only show dbt's graph. Where one process runs all
    tasks, they follow the build. They delay nothing: the gate follows only the task that runs dbt. One
    that fails for a reason of its own still fails the run, if none of them follows it.
    """
    manifest = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))
    producer_task_id = f"{group_id}.{BUILD}"
    group = DbtTaskGroup(
        group_id=group_id,
        project_config=ProjectConfig(
            dbt_project_path=declared().dbt_project, manifest_path=declared().dbt_manifest
        ),
        profile_config=PROFILE,
        render_config=_render(producer_task_id, manifest),
    )
    shown = {node for task in group.iter_tasks() if isinstance(task, NodeTask) for node in task.nodes}
    # Cosmos draws no sources.
    NodeTask(
        task_id="sources_test",
        task_display_name="raw tests",
        doc_md="Tests of the raw layer, before anything is built on it.",
        nodes=[node for node in manifest["nodes"] if node.startswith("test.") and node not in shown],
        producer_task_id=producer_task_id,
        task_group=group[CHECKS],
    )
    with group:
        models = list(group.get_roots())
        build = _build(data_date)
        gate = built(run)
        build >> gate
        build >> models
    return group, gate


def _build(data_date: str) -> DbtBuild:
    return DbtBuild(
        task_id=BUILD,
        task_display_name="run dbt",
        doc_md="Build and test all models with one `dbt build`; the tasks of models and tests show it.",
        project_dir=str(declared().dbt_project),
        profile_config=PROFILE,
        invocation_mode=InvocationMode.DBT_RUNNER if ENGINE.runs_dbt_here else InvocationMode.SUBPROCESS,
        # People read its log; the events that the nodes' tasks need come as JSON from another process only.
        log_format="text" if ENGINE.runs_dbt_here else "json",
        dbt_cmd_flags=FLAGS,
        # Not a variable of dbt: every change of one makes dbt parse the whole project.
        env={"MENTOR_DATA_DATE": data_date},
        # A saved parse belongs to the dbt of this environment.
        partial_parse=ENGINE.runs_dbt_here,
        cache_dir=airflow_home() / "dbt",
        # It retries transient errors itself.
        retries=RETRIES,
        retry_policy=RETRY_UNKNOWN_ERRORS,
        # A run that goes on with the previous data has skipped what brings in a delivery.
        trigger_rule=TriggerRule.NONE_FAILED,
    )


@task(task_display_name="built")
def built(run: str) -> str:
    """Fail unless dbt built and tested the whole build in this run."""
    from include.pipeline.orchestration import stages

    return stages.built(run)


def _render(producer_task_id: str, manifest: dict[str, Any]) -> RenderConfig:
    described = manifest["nodes"]
    tests = {described[node]["name"]: node for node in described if node.startswith("test.")}
    groups: dict[str, TaskGroup] = {}

    def group_of(name: str, dbt: TaskGroup) -> TaskGroup:
        if not groups:
            # All at once: where no arrow decides, the UI shows them in the order in which they are made.
            layers = {node["fqn"][1] for node in described.values() if node["resource_type"] in MADE}
            for each in (*(layer for layer in LAYERS if layer in layers), CHECKS):
                groups[each] = TaskGroup(each, parent_group=dbt)
        return groups[name]

    def node_task(task_id: str, name: str, nodes: list[str], about: str, **more: Any) -> NodeTask:
        return NodeTask(
            task_id=task_id,
            task_display_name=name,
            doc_md=about or f"dbt test {name}",
            nodes=nodes,
            producer_task_id=producer_task_id,
            **more,
        )

    def model_tasks(node: DbtNode, task_group: TaskGroup, **_: Any) -> TaskGroup:
        model = described[node.unique_id]
        name, about = model["name"], model["description"]
        own = [
            child
            for child in manifest["child_map"][node.unique_id]
            if child.startswith("test.") and len(described[child]["depends_on"]["nodes"]) == 1
        ]
        owner = {"owner": node.owner} if node.owner else {}
        with TaskGroup(name, parent_group=group_of(model["fqn"][1], task_group)) as tasks:
            made = node_task(MADE[model["resource_type"]], name, [node.unique_id], about, **owner)
            if own:
                made >> node_task("test", f"{name} tests", own, about, **owner)
        return tasks

    def check_task(task_id: str, task_group: TaskGroup, **_: Any) -> NodeTask:
        # Cosmos gives the id of the task and not the test.
        name = task_id.removesuffix("_test")
        about = described[tests[name]]["description"]
        return node_task(task_id, name, [tests[name]], about, task_group=group_of(CHECKS, task_group))

    # Cosmos warns of what has none: the exposure, and the hook on-run-start.
    converters: dict[DbtResourceType, Callable[..., Any]] = {
        DbtResourceType.MODEL: model_tasks,
        DbtResourceType.SEED: model_tasks,
        DbtResourceType.TEST: check_task,
    }
    return RenderConfig(
        load_method=LoadMode.DBT_MANIFEST,
        test_behavior=TestBehavior.AFTER_EACH,
        # A test of several models runs after all of them, as a task of its own.
        should_detach_multiple_parents_tests=True,
        # A model with its tests is a group of two tasks.
        node_conversion_by_task_group=True,
        node_converters=converters,
    )
