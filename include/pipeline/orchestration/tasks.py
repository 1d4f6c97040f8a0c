"""The stages of a run as Airflow tasks; what they do is in stages.py."""

from typing import Any

from airflow.sdk import TriggerRule, chain, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from include.pipeline.core import data_dates, trial
from include.pipeline.core.settings import declared
from include.pipeline.orchestration import assets
from include.pipeline.orchestration.await_delivery.sensor import AwaitDelivery
from include.pipeline.orchestration.page_links import PageLink
from include.pipeline.quality.gate_operator import QualityGateOperator

# The one asked for, or the run's logical date, or, as a manual run may have none, the date it runs after.
DATA_DATE = "{{ params.data_date or (dag_run.logical_date or dag_run.run_after) | ds }}"
RUN = "{{ run_id }}"


@task_group
def ingest() -> None:
    """Land the files of the delivery."""
    await_delivery = AwaitDelivery(
        task_id="await_delivery",
        data_date=DATA_DATE,
        doc_md="Wait for the delivery and for the warehouse; fail, or continue without it, when it is late.",
    )
    from_delivery = receive(RUN, DATA_DATE, as_of=await_delivery.output)
    landings = [land.override(task_id=name)(RUN, name, from_delivery) for name in declared().source_names]
    # One after the other: DuckDB takes one writer.
    chain(from_delivery, *landings)


@task
def receive(run: str, data_date: str, as_of: Any, params: Any = None) -> dict[str, str]:
    """Find the delivery's files and open the build of their origin."""
    from include.pipeline.orchestration import stages

    if as_of:
        stages.keep_previous(run, is_trial=trial.is_asked(params))
        raise AirflowSkipException(f"Nothing to receive: the run goes on with the data of {as_of}")
    return stages.receive(run, data_date, is_trial=trial.is_asked(params))


@task
def land(run: str, source: str, delivery: Any, params: Any = None) -> str:
    """Land one file: good rows, quarantined rows, and counts that add up."""
    from include.pipeline.orchestration import stages

    return stages.land(run, source, delivery, is_future_meant=params[data_dates.FUTURE_DATE])


@task_group
def validate() -> None:
    """Let the delivery into raw, or refuse it as a whole."""
    quality_gate = QualityGateOperator(
        task_id="quality_gate",
        doc_md="Judge the landed rows with Great Expectations; refuse the delivery or let it pass.",
    )
    quality_gate.operator_extra_links = (PageLink("Quality page", "quality/"),)
    chain(quality_gate, accept(RUN))


@task
def accept(run: str) -> str:
    """Move the landed delivery into raw in one transaction."""
    from include.pipeline.orchestration import stages

    return stages.accept(run)


# Runs even if the build was skipped: it then refuses to publish, so that the run fails.
@task.skip_if(lambda context: trial.is_asked(context["params"]), "A trial publishes nothing")
@task(trigger_rule=TriggerRule.NONE_FAILED, outlets=[assets.PUBLISHED_DATABASE])
def publish(run: str, outlet_events: Any = None) -> str:
    """Publish the finished build: readers see the old database or the new one."""
    from include.pipeline.orchestration import stages

    published = stages.publish(run)
    outlet_events[assets.PUBLISHED_DATABASE].extra = assets.database_figures()
    return published


def report(run: str) -> Any:
    """Return the task that writes the report, with a link to it."""
    written: Any = write_report(run)
    page = f"reports/{{run}}/{declared().report.page}"
    written.operator.operator_extra_links = (PageLink("Report", page),)
    return written


@task(task_id="report", trigger_rule=TriggerRule.NONE_FAILED, outlets=[assets.REPORT])
def write_report(run: str, outlet_events: Any = None, params: Any = None) -> str:
    """Write the report of the published database, or of a trial."""
    from include.pipeline.orchestration import stages

    written = stages.report(run)
    if trial.is_asked(params):
        # No update of the asset: DAGs that wait for the latest report keep waiting.
        raise AirflowSkipException(f"{written} is the report of a trial; the latest one is unchanged")
    outlet_events[assets.REPORT].extra = assets.report_figures()
    return written
