"""
Is the build, to which each day adds what it changes, the one that a full build of all days gives?

**audit** builds and tests everything in a copy of the build, and compares the tables. If one differs it fails
and says which. The build and what is published stay as they are. With engine spark there is no schedule,
because its builds are not copied. Ask: data-platform.
"""

from airflow.sdk import CronTriggerTimetable

from include.pipeline.core.settings import declared
from include.pipeline.engines.chosen import engine
from include.pipeline.orchestration.pipeline_dag import PipelineDag
from include.pipeline.orchestration.task_defaults import common_defaults
from include.pipeline.orchestration.tasks import RUN
from include.pipeline.transform.audit_task import audit

with PipelineDag(
    declared().audit_dag_id,
    # Every Sunday noon, UTC: the night's run has published by then.
    schedule=CronTriggerTimetable("0 12 * * 0", timezone="UTC") if engine().is_one_file else None,
    description="Whether the daily builds still add up to what a full build gives.",
    tags=["mentoring", "duckdb", "dbt"],
    doc_md=__doc__,
    **common_defaults(),
) as mentor_tier_report_audit:
    audit(RUN)
