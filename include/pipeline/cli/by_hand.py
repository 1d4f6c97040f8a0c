"""What the commands of a person share: types of options, run ids, and the warehouse lock."""

import sys
from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

# The panels of the help.
DAILY, ASK, BACK, STAGES, DEVELOPMENT = "Daily work", "Ask", "Go back", "Stage by stage", "Development"
# Names the stages that are run one by one.
COMMAND_LINE = "command_line"
# For a command that hands what follows it to another program.
PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def to_date(text: str) -> date:
    """Return the date that was typed.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date; expected YYYY-MM-DD.") from error


def to_number(text: str) -> int:
    """Return the whole number that was typed.

    Raises:
        typer.BadParameter: it is none.
    """
    if not text.isdecimal():
        raise typer.BadParameter(f"{text!r} is not a number; expected digits.")
    return int(text)


DataDate = Annotated[
    date | None,
    typer.Option("--date", parser=to_date, metavar="YYYY-MM-DD", help="Data date in UTC; by default today."),
]
Future = Annotated[bool, typer.Option("--future", help="A date after today is meant.")]
Sample = Annotated[bool, typer.Option("--sample", help="Readers of own data may get the sample.")]
Arguments = Annotated[list[str] | None, typer.Argument(metavar="ARGUMENTS")]


def begin(command: str) -> str:
    """Acquire the warehouse lock, return to the build that runs work in, and return the command's run id."""
    from include.pipeline.core import trial

    acquire_lock(command)
    # Only `dbt` may work on what a trial left.
    trial.leave()
    return run_id(command if command in ("restore", "withdraw") else COMMAND_LINE)


def run_id(act: str = COMMAND_LINE) -> str:
    """Return the id of what is done by hand, by the version that it will make: no report overwrites another.

    Stages of one version share it, though each is a process: what one of them left is for the next.
    """
    from include.pipeline.publish import versions

    return f"{act}-{versions.next_number()}"


def acquire_lock(command: str) -> None:
    """Acquire the warehouse lock for this process; say so where it waits for another one."""
    from include.pipeline.core import lock
    from include.pipeline.core.diagnostics import explained

    with explained():
        lock.acquire(f"make {command}", is_one_process=True, notify=say)


def say(text: str) -> None:
    """Print next to the output, where a person reads."""
    print(text, file=sys.stderr)


def show(lines: Iterable[str]) -> None:
    """Print the lines."""
    for line in lines:
        print(line)
