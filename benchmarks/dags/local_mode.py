"""The pipeline with Cosmos' usual mode: every model and every model's tests in a dbt of their own."""

from airflow.sdk import chain, dag
from cosmos import DbtTaskGroup, ExecutionConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, TestBehavior

from include.pipeline.core.settings import declared
from include.pipeline.orchestration.params import params
from include.pipeline.orchestration.tasks import DATA_DATE, ingest, validate
from include.pipeline.transform.task_group import PROFILE


# One task at a time: DuckDB takes one writer.
@dag(schedule=None, max_active_tasks=1, params=params())
def local_mode() -> None:
    dbt = DbtTaskGroup(
        group_id="dbt",
        project_config=ProjectConfig(
            dbt_project_path=declared().dbt_project, manifest_path=declared().dbt_manifest
        ),
        profile_config=PROFILE,
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.LOCAL, invocation_mode=InvocationMode.DBT_RUNNER
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            test_behavior=TestBehavior.AFTER_EACH,
            should_detach_multiple_parents_tests=True,
        ),
        operator_args={"emit_datasets": False, "env": {"MENTOR_DATA_DATE": DATA_DATE}},
    )
    # Published is what one dbt has built and tested as a whole, which this mode has not.
    chain(ingest(), validate(), dbt)


local_mode()
