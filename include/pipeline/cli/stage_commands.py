"""The commands for a run stage by stage."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from include.pipeline.cli import by_hand
from include.pipeline.cli.by_hand import PASS_ON, STAGES, Arguments, DataDate, Future
from include.pipeline.core import settings

app = typer.Typer()


@app.command(rich_help_panel=STAGES)
def ingest(data_date: DataDate = None, is_future_meant: Future = False) -> None:
    """Find the delivery and land its files."""
    from include.pipeline.orchestration import stages

    run_id = by_hand.begin("ingest")
    received = stages.receive(run_id, (data_date or datetime.now(UTC).date()).isoformat())
    for source in settings.declared().sources:
        print(stages.land(run_id, source.name, received, is_future_meant=is_future_meant))


@app.command(name="validate", rich_help_panel=STAGES)
def validate_landed() -> None:
    """Run the quality gate on what landed and accept it into raw."""
    from include.pipeline.orchestration import stages
    from include.pipeline.quality.validate import validate

    run_id = by_hand.begin("validate")
    verdict = validate(run_id)
    for warning in verdict.warnings:
        print(f"warning: {warning}")
    print(verdict.summary)
    print(stages.accept(run_id))


@app.command(context_settings=PASS_ON, rich_help_panel=STAGES)
def dbt(
    arguments: Arguments = None,
    target: Annotated[str, typer.Option(help="Of dbt's profile; dev works on a copy of the build.")] = "",
    is_fresh: Annotated[bool, typer.Option("--fresh", help="Make the copy of target dev again.")] = False,
) -> None:
    """Run any dbt command on the build, with ARGUMENTS as dbt takes them."""
    from include.pipeline.transform import dbt_cli

    asked = [*(arguments or ()), *(["--target", target] if target else [])]
    if dbt_cli.needs_build(asked):
        by_hand.acquire_lock("dbt")
    raise typer.Exit(dbt_cli.run(by_hand.run_id(), asked, is_fresh=is_fresh))


@app.command(rich_help_panel=STAGES)
def publish() -> None:
    """Publish the build."""
    from include.pipeline.core import build_state
    from include.pipeline.core.diagnostics import explained
    from include.pipeline.orchestration import stages

    run_id = by_hand.begin("publish")
    with explained():
        built_by = build_state.built_by() or ""
    # Published again, it is still the build of the version before.
    print(stages.publish(built_by if built_by.startswith(f"{by_hand.COMMAND_LINE}-") else run_id))


@app.command(rich_help_panel=STAGES)
def report() -> None:
    """Write the report of the published database."""
    from include.pipeline.orchestration import stages
    from include.pipeline.publish import versions

    run_id = by_hand.begin("report")
    published = versions.published()
    print(stages.report(published.manifest["run_id"] if published else run_id))
