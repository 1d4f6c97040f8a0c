"""
Which share of the shop's revenue is refunded?

1. **ingest** - land orders.csv and refunds.csv in DuckDB, and accept or reject each row.
2. **validate** - Great Expectations judges what landed; only a delivery that passes enters `raw`.
3. **dbt** - build and test the five models, one task per model and per test.
4. **publish** - atomically replace the published database with the finished build.
5. **report** - write the refund rate by month as CSV, JSON and HTML.

Ask: shop-data.
"""

from airflow.sdk import CronTriggerTimetable, chain

from include.pipeline.core.settings import declared
from include.pipeline.orchestration.pipeline_dag import PipelineDag
from include.pipeline.orchestration.task_defaults import dag_defaults
from include.pipeline.orchestration.tasks import DATA_DATE, RUN, ingest, publish, report, validate
from include.pipeline.transform.task_group import dbt_tasks

with PipelineDag(
    declared().dag_id,
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC", run_immediately=True),
    doc_md=__doc__,
    **dag_defaults(),
) as shop_refunds:
    dbt, built = dbt_tasks("dbt", DATA_DATE, RUN)
    chain(ingest(), validate(), dbt)
    chain(built, publish(RUN), report(RUN))
