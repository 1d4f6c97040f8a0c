"""The dbt project as Airflow tasks: the one place that configures Cosmos.

One dbt process (the producer) builds everything in the order of dbt's graph; each model and each test
has a task of its own (a consumer) that reports what the producer saw.
"""

from airflow.sdk import TaskGroup, TriggerRule
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, TestBehavior
from cosmos.operators.watcher import DbtConsumerWatcherSensor, DbtProducerWatcherOperator

from include.mentoring import build_failures
from include.mentoring.producer import RetryingProducer
from include.mentoring.settings import DBT_MANIFEST, DBT_PROJECT_DIR

PROJECT = ProjectConfig(
    dbt_project_path=DBT_PROJECT_DIR,
    manifest_path=DBT_MANIFEST,
    install_dbt_deps=False,
)
PROFILE = ProfileConfig(
    profile_name="mentoring",
    target_name="build",
    profiles_yml_filepath=DBT_PROJECT_DIR / "profiles.yml",
)
EXECUTION = ExecutionConfig(
    execution_mode=ExecutionMode.WATCHER,
    invocation_mode=InvocationMode.DBT_RUNNER,
)
RENDER = RenderConfig(
    load_method=LoadMode.DBT_MANIFEST,
    test_behavior=TestBehavior.AFTER_EACH,
    # A test of several models runs after all of them, as a task of its own. Cosmos draws it in the
    # folder of the manifest's last resource, which is models/exposures.yml: beside the layers.
    should_detach_multiple_parents_tests=True,
    group_nodes_by_folder=True,
)


def dbt_tasks(group_id: str, data_date: str) -> TaskGroup:
    """Return the task group of the dbt build; it needs the manifest that `dbt parse` writes.

    Args:
        group_id: of the task group.
        data_date: template of the run's data date, as of which the age of the sources is measured.

    `airflow dags test` starts ready tasks in no certain order, and a consumer that comes before the
    producer waits for ever: so the producer comes before the first consumers. These run when it has
    ended, well or not, to show which model or test failed, but not when it never began; the others
    follow dbt's graph.
    """
    group = DbtTaskGroup(
        group_id=group_id,
        project_config=PROJECT,
        profile_config=PROFILE,
        execution_config=EXECUTION,
        render_config=RENDER,
        operator_args={
            # Cosmos' producer skips a second try of Airflow's: it builds again by itself (producer.py).
            "retries": 0,
            # dbt's unit tests judge the code, not the data: `make test` runs them.
            "dbt_cmd_flags": ["--exclude-resource-type", "unit_test"],
            "deferrable": False,
            "emit_datasets": False,
            "pre_execute": build_failures.raise_own,
        },
    )
    producer, *consumers = (
        task
        for task in sorted(group.iter_tasks(), key=lambda task: hasattr(task, "producer_task_id"))
        if isinstance(task, DbtProducerWatcherOperator | DbtConsumerWatcherSensor)
    )
    # Cosmos names the producer's class itself.
    producer.__class__ = RetryingProducer
    producer.callback = build_failures.raise_all
    # No variable of dbt, whose every change has dbt parse the whole project.
    producer.env = {"MENTOR_DATA_DATE": data_date}
    for consumer in consumers:
        # A producer that died is an error to show, not a reason to build model by model.
        consumer.poke_retry_number = 1
        if not consumer.upstream_task_ids:
            producer >> consumer
            consumer.trigger_rule = TriggerRule.ONE_DONE
        if consumer.model_unique_id.startswith("test."):
            _report_by_itself(producer, consumer.model_unique_id)
    return group


def _report_by_itself(producer: DbtProducerWatcherOperator, test: str) -> None:
    """Have the producer report a test of several models to its own task, not to those of the models.

    Cosmos 1.15.1 does the opposite, so that the test's own task would wait for ever.
    """
    for tests in producer.tests_per_model.values():
        if test in tests:
            tests.remove(test)
    producer.tests_per_model[test] = [test]
