"""The run, its stages, and what a person does between runs, one command each."""

import os
import re
import secrets
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from include.pipeline.cli import ask_commands, by_hand, repair_commands, stage_commands
from include.pipeline.cli.by_hand import DAILY, DEVELOPMENT, DataDate, Future
from include.pipeline.core import caller, settings
from include.pipeline.core.errors import UserFacingError

PACKAGE = "mentor-tier-report"
# The services that a shell starts must share them, and there is no airflow.cfg that has them.
SECRETS = ("AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
DISREGARDED = "Disregarded, as .env has the settings and `make dbt ARGS=…` takes dbt's flags: "
# What a shell reports of a program that Ctrl-C ended, and Typer returns after it.
INTERRUPTED = 130

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
for commands in (stage_commands, ask_commands, repair_commands):
    app.add_typer(commands.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 with the reason on standard error if it failed, 2 for a wrong usage."""
    try:
        code = app(args=arguments, standalone_mode=False) or 0
        return _interrupted() if code == INTERRUPTED else code
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 1
    except typer.TyperException as error:
        print(_usage(error), file=sys.stderr)
        return 2
    except typer.Abort:
        return _interrupted()


def _show_version(is_asked: bool) -> None:
    if is_asked:
        print(f"{PACKAGE} {version(PACKAGE)}")
        raise typer.Exit


@app.callback()
def _prepare(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    foreign = caller.disregard()
    settings.load()
    context.obj = [name for name, value in foreign.items() if os.environ.get(name) != value]
    if context.obj:
        print(f"{DISREGARDED}{', '.join(context.obj)}", file=sys.stderr)


@app.command(rich_help_panel=DAILY)
def run(data_date: DataDate = None, is_future_meant: Future = False) -> None:
    """Run the DAG once and print the report's table."""
    from include.pipeline.cli import run_dag

    run_dag.run(data_date, is_future_meant=is_future_meant)


@app.command(rich_help_panel=DEVELOPMENT)
def audit() -> None:
    """Compare the build with a full build of a copy."""
    from include.pipeline.transform.audit import audit_build

    print(audit_build("make audit", by_hand.say))


@app.command(rich_help_panel=DAILY)
def alert() -> None:
    """Send a test alert to MENTOR_ALERT_URL."""
    from include.pipeline.notify import run_alerts

    run_alerts.try_out(print)


@app.command(rich_help_panel=DEVELOPMENT)
def environment(context: typer.Context) -> None:
    """Print what a shell must export for `airflow` to find the project."""
    for name in context.obj:
        print(f"unset {name}")
    for name, value in settings.of_other_programs().items():
        print(f"export {name}={shlex.quote(value)}")
    for name in SECRETS:
        print(f"export {name}={shlex.quote(os.environ.get(name) or secrets.token_hex(32))}")


def _usage(error: typer.TyperException) -> str:
    """Return what is wrong with the command line, with options named as the caller has typed them."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    # Make has 1 there for what it runs.
    if os.environ.get("MAKELEVEL", "0") == "0":
        return f"{message} `--help` lists the commands; after a command, what it takes."
    return re.sub(r"'?--([a-z]+)'?", lambda option: f"{option[1].upper()}=…", message) + " See `make help`."


def _interrupted() -> int:
    from include.pipeline.publish import versions

    published = versions.published()
    stays = f"Version {published.number} stays published" if published else "Nothing is published"
    print(f"\nStopped. {stays}; the next run starts over.", file=sys.stderr)
    return INTERRUPTED
