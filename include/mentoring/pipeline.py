"""The one declaration of this domain, which the DAG, gate, pages, commands, alerts and engines read."""

from include.mentoring.sources import SOURCES
from include.pipeline.core.declaration import Pipeline, Report, WhatIf

PIPELINE = Pipeline(
    dag_id="mentor_tier_report",
    owner="data-platform",
    database="mentoring",
    sources=SOURCES,
    expectations="include.mentoring.expectations:expectations",
    functions="include.mentoring.statistics:FUNCTIONS",
    what_ifs=(
        WhatIf(
            variable="rebooking_window_days",
            name="rebooking window",
            unit="days",
            description="How soon after the first session another one counts as a rebooking.",
            choices=(7, 14, 30, 60, 90, 180, 365),
        ),
    ),
    report=Report(
        title="Tier report",
        write="include.mentoring.report:write",
        files={
            "tier_report.html": "text/html; charset=utf-8",
            "tier_report.md": "text/plain; charset=utf-8",
            "tier_report.json": "application/json; charset=utf-8",
            "tier_results.csv": "text/csv; charset=utf-8",
        },
        results="tier_report.json",
        page="tier_report.html",
        table="tier_results.csv",
        summary="include.mentoring.report_summary:summary",
        rates="include.mentoring.report_summary:rates",
        columns=("Gold", "Silver", "Bronze"),
    ),
    on_publish="include.mentoring.alerts:alerting_changed_tiers",
    figures="include.mentoring.figures:figures",
    changes="include.mentoring.tier_changes:changes",
    explain="include.mentoring.explain:explain",
)
