"""The commands that go back: to an earlier version, to an earlier delivery, or to the beginning."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from include.pipeline.cli import by_hand
from include.pipeline.cli.by_hand import BACK, Sample, to_date, to_number
from include.pipeline.core.errors import UserFacingError

app = typer.Typer()


class Start(StrEnum):
    """What `restore` starts from."""

    RAW = "raw"
    DELIVERIES = "deliveries"


@app.command(rich_help_panel=BACK)
def versions() -> None:
    """List the kept versions with their data and rates; * marks the published one."""
    from include.pipeline.cli import repair

    by_hand.show(repair.list_versions())


@app.command(rich_help_panel=BACK)
def loads() -> None:
    """List the loads of the build, which `withdraw` takes."""
    from include.pipeline.cli import repair

    by_hand.show(repair.list_loads())


@app.command(rich_help_panel=BACK)
def rollback(
    number: Annotated[
        int | None,
        typer.Option(
            "--version",
            parser=to_number,
            metavar="NUMBER",
            help="By default the one of the same data before.",
        ),
    ] = None,
    is_sample_meant: Sample = False,
) -> None:
    """Publish an earlier version until the next run."""
    from include.pipeline.cli import repair

    repair.roll_back(by_hand.begin("rollback"), print, number, is_sample_meant=is_sample_meant)


@app.command(rich_help_panel=BACK)
def restore(
    start: Annotated[Start, typer.Option("--from", help="What to start from.")] = Start.RAW,
    is_sample_meant: Sample = False,
) -> None:
    """Rebuild marts and reports from raw, or raw too from the kept deliveries."""
    from include.pipeline.cli import repair

    from_deliveries = start is Start.DELIVERIES
    repair.restore(
        by_hand.begin("restore"), print, from_deliveries=from_deliveries, is_sample_meant=is_sample_meant
    )


@app.command(rich_help_panel=BACK)
def withdraw(
    load_id: Annotated[
        int | None,
        typer.Option("--load", parser=to_number, metavar="NUMBER", help="Its number; `loads` lists them."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Revert the withdrawal.")] = False,
    day: Annotated[
        date | None,
        typer.Option(
            "--date", parser=to_date, metavar="YYYY-MM-DD", help="Only this data date; the loads stay."
        ),
    ] = None,
    right_day: Annotated[
        date | None,
        typer.Option("--to", parser=to_date, metavar="YYYY-MM-DD", help="The right data date."),
    ] = None,
    is_last_meant: Annotated[bool, typer.Option("--yes", help="Even the last load of its source.")] = False,
    is_sample_meant: Sample = False,
) -> None:
    """Remove an accepted load, or a wrong data date, and reload what came after."""
    from include.pipeline.cli import repair

    if load_id is None and day is None:
        by_hand.show(repair.list_loads())
        raise UserFacingError(
            "Nothing to withdraw: found neither a load nor a date. Expected LOAD=…, one of the loads above,"
            " or DATE=… to take back a wrong data date; name one."
        )
    if day and undo:
        raise typer.BadParameter("--undo takes back a load, not a date; expected --load alone.")
    if day:
        repair.withdraw_date(
            by_hand.begin("withdraw"),
            print,
            day,
            load_id=load_id,
            right_day=right_day,
            is_sample_meant=is_sample_meant,
        )
    elif load_id is not None:
        # Before the warehouse is locked: no run waits for a person's answer.
        is_last_meant = is_last_meant or (not undo and _is_confirmed(load_id))
        repair.withdraw(
            by_hand.begin("withdraw"),
            print,
            load_id,
            undo=undo,
            is_last_meant=is_last_meant,
            is_sample_meant=is_sample_meant,
        )


def _is_confirmed(load_id: int) -> bool:
    """Ask a person at a terminal whether to withdraw the last load of its source."""
    from include.pipeline.cli import repair
    from include.pipeline.maintenance.rebuild_raw import LastLoad

    try:
        repair.require_another(load_id)
    except LastLoad as error:
        return sys.stdin.isatty() and typer.confirm(f"{error}\nWithdraw it?")
    return False
