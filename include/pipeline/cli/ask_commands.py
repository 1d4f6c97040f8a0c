"""The commands that ask the published database."""

from typing import Annotated

import typer

from include.pipeline.cli import by_hand
from include.pipeline.cli.by_hand import ASK, PASS_ON, Arguments

app = typer.Typer()


@app.command(rich_help_panel=ASK)
def explain(
    key: Annotated[str, typer.Argument(metavar="USER", help="As the pipeline's data has it.")] = "",
) -> None:
    """Trace what is published of one key to the rows of the delivered files."""
    from include.pipeline.cli import explain

    by_hand.show(explain.explain(key))


@app.command(rich_help_panel=ASK)
def query(sql: Annotated[str, typer.Argument(metavar="SQL", help="A query that only reads.")]) -> None:
    """Print what a query of the published database finds, at most 1,000 rows."""
    from include.pipeline.cli import published_database

    by_hand.show(published_database.query(sql))


@app.command(rich_help_panel=ASK)
def database() -> None:
    """Print where the published database is, its version, and how to open it."""
    from include.pipeline.cli import published_database

    by_hand.show(published_database.describe())


@app.command(context_settings=PASS_ON, rich_help_panel=ASK)
def metrics(arguments: Arguments = None) -> None:
    """Ask the published database for metrics, with ARGUMENTS as MetricFlow's `mf` takes them."""
    from include.pipeline.transform import metrics

    raise typer.Exit(metrics.run(arguments or []))
