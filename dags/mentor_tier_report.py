"""
Do top-tier mentors bring users back more than the others, and can the booking system be trusted?

1. **ingest** - wait for the delivery of the data date and land its three files in DuckDB, row by row
   accepted or rejected.
2. **validate** - Great Expectations judges what landed; only a delivery that passes enters `raw`.
3. **dbt** - build and test staging, marts and reports, a task a model and a test.
4. **publish** - put the finished build in the place of the published database, at one stroke.
5. **report** - write the tier results as CSV, JSON, Markdown and HTML.

A failed run leaves the published database and the latest report as they were. Ask: data-platform.
"""

from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, TriggerRule, chain, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from include.mentoring.sources import SOURCES
from include.pipeline.core import trial
from include.pipeline.orchestration import assets
from include.pipeline.orchestration.await_delivery.sensor import AwaitDelivery
from include.pipeline.orchestration.params import params
from include.pipeline.orchestration.pipeline_dag import PipelineDag
from include.pipeline.orchestration.task_defaults import (
    ON_FAILURE,
    ON_RUN_FAILURE,
    QUEUE,
    publication_deadline,
)
from include.pipeline.quality.gate_operator import QualityGateOperator
from include.pipeline.transform.task_group import dbt_tasks

# The run's logical date; a manual run may have none (SPEC section 1).
DATA_DATE = "{{ (dag_run.logical_date or dag_run.run_after) | ds }}"
RUN = "{{ run_id }}"


@task_group
def ingest() -> None:
    """Land the three files of the delivery."""
    await_delivery = AwaitDelivery(
        task_id="await_delivery",
        data_date=DATA_DATE,
        doc_md="Wait for the delivery and for the run's turn; fail, or go on without it, when it is late.",
    )
    from_delivery = receive(RUN, DATA_DATE, as_of=await_delivery.output)
    landings = [land.override(task_id=name)(RUN, name, from_delivery) for name in SOURCES]
    # One after the other: DuckDB takes one writer.
    chain(from_delivery, *landings)


@task
def receive(run: str, data_date: str, as_of: str | None, params: Any = None) -> dict[str, str]:
    """Find the delivery's files and open the build of their origin."""
    from include.pipeline.orchestration import stages

    if as_of:
        stages.keep_previous(run, is_trial=trial.is_asked(params))
        raise AirflowSkipException(f"Nothing to receive: the run goes on with the data of {as_of}")
    return stages.receive(run, data_date, is_trial=trial.is_asked(params))


@task
def land(run: str, source: str, delivery: dict[str, str]) -> str:
    """Land one file: good rows, quarantined rows, and counts that add up."""
    from include.pipeline.orchestration import stages

    return stages.land(run, source, delivery)


@task_group
def validate() -> None:
    """Let the delivery into raw, or refuse it as a whole."""
    quality_gate = QualityGateOperator(
        task_id="quality_gate",
        doc_md="Judge the landed rows with Great Expectations; refuse the delivery or let it pass.",
    )
    chain(quality_gate, accept(RUN))


@task
def accept(run: str) -> str:
    """Move the landed delivery into raw in one transaction."""
    from include.pipeline.orchestration import stages

    return stages.accept(run)


# Not skipped where the build was: it would be refused here, and the run must not end well.
@task.skip_if(lambda context: trial.is_asked(context["params"]), "A trial publishes nothing")
@task(trigger_rule=TriggerRule.NONE_FAILED, outlets=[assets.PUBLISHED_DATABASE])
def publish(run: str, outlet_events: Any = None) -> str:
    """Put the finished build in the place of the published database."""
    from include.pipeline.orchestration import stages

    published = stages.publish(run)
    outlet_events[assets.PUBLISHED_DATABASE].extra = assets.of_database()
    return published


@task(trigger_rule=TriggerRule.NONE_FAILED, outlets=[assets.REPORT])
def report(run: str, outlet_events: Any = None, params: Any = None) -> str:
    """Write the tier results of the published database, or of a trial."""
    from include.pipeline.orchestration import stages

    written = stages.report(run)
    if trial.is_asked(params):
        # Who waits for the latest report waits on.
        raise AirflowSkipException(f"{written} is the report of a trial; the latest one is as it was")
    outlet_events[assets.REPORT].extra = assets.of_report()
    return written


with PipelineDag(
    "mentor_tier_report",
    # Every midnight, UTC: the data date is the day that begins.
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC"),
    start_date=pendulum.datetime(2020, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    params=params(),
    default_args={"owner": "data-platform", **QUEUE, **ON_FAILURE},
    on_failure_callback=ON_RUN_FAILURE,
    deadline=publication_deadline(),
    tags=["mentoring", "duckdb", "dbt"],
    doc_md=__doc__,
) as mentor_tier_report:
    dbt, built = dbt_tasks("dbt", DATA_DATE, RUN)
    chain(ingest(), validate(), dbt)
    # A task that only shows a model holds up no build that dbt has made and tested.
    chain(built, publish(RUN), report(RUN))
