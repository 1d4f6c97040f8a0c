"""
Do top-tier mentors bring users back more than the others, and can the booking system be trusted?

1. **ingest** - wait for the delivery of the data date, land its three files in DuckDB, and accept or
   reject each row.
2. **validate** - Great Expectations judges what landed; only a delivery that passes enters `raw`.
3. **dbt** - build and test all models, layer by layer, one task per model and per test.
4. **publish** - atomically replace the published database with the finished build.
5. **report** - write the tier results as CSV, JSON, Markdown and HTML.

A failed run leaves the published database and the latest report as they were. Ask: data-platform.
"""

from airflow.sdk import CronTriggerTimetable, chain

from include.pipeline.core.settings import declared
from include.pipeline.orchestration.pipeline_dag import PipelineDag
from include.pipeline.orchestration.task_defaults import dag_defaults
from include.pipeline.orchestration.tasks import DATA_DATE, RUN, ingest, publish, report, validate
from include.pipeline.transform.task_group import dbt_tasks

with PipelineDag(
    declared().dag_id,
    # Every midnight, UTC: the data date is the day that begins. The first run begins at once. No start date:
    # Airflow calls a run before it a success, without a task.
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC", run_immediately=True),
    description="Who comes back, by mentor tier: from the daily delivery to published tables and a report.",
    tags=["mentoring", "duckdb", "dbt"],
    doc_md=__doc__,
    **dag_defaults(),
) as mentor_tier_report:
    dbt, built = dbt_tasks("dbt", DATA_DATE, RUN)
    chain(ingest(), validate(), dbt)
    # Follows the build alone: a task that only shows a model must not delay publishing.
    chain(built, publish(RUN), report(RUN))
