"""The stages of a run, as the DAG's tasks and the command line call them."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

from include.mentoring import delivery, landing, ledger, origin, publication
from include.mentoring.errors import WarehouseInvalid
from include.mentoring.settings import settings
from include.mentoring.sources import SOURCES


def receive(data_date: str) -> dict[str, str]:
    """Find the delivery and get the build of its origin and an empty landing ready.

    Args:
        data_date: ISO date, UTC, of the delivery.

    Returns:
        The path of each source's file, and the data date under `data_date`.

    Raises:
        FileRefused: the delivery, or a file of it, is not there.
    """
    current = settings()
    paths = delivery.locate(current.data_dir, date.fromisoformat(data_date))
    origin.switch_build(current, origin.of_delivery(paths.values()))
    ledger.open_raw()
    landing.reset()
    return {"data_date": data_date, **{source: str(path) for source, path in paths.items()}}


def land(source: str, received: dict[str, str]) -> str:
    """Land one file of the delivery that `receive` found; return its counts as a sentence.

    Raises:
        FileRefused: nothing of the file is loaded.
    """
    landed = landing.land(SOURCES[source], Path(received[source]), date.fromisoformat(received["data_date"]))
    return str(landed)


def accept() -> str:
    """Move the landed delivery into `raw`; return what became of it as a sentence."""
    added = ledger.accept()
    if not added:
        return "Nothing new: the delivery is in raw already"
    return f"Accepted as load {', '.join(map(str, added))}"


def dbt(arguments: list[str]) -> NoReturn:
    """Become dbt, with these arguments, on the build.

    Raises:
        WarehouseInvalid: there is no build for dbt to work on.
    """
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(
            f"{build} is missing. Expected a build with accepted rows; run `make ingest` and `make validate`."
        )
    program = str(Path(sys.executable).with_name("dbt"))
    os.execv(program, [program, *arguments])


def publish() -> str:
    """Publish the build; return the path of the published database.

    Raises:
        WarehouseInvalid: the build is not finished.
    """
    return str(publication.publish())


def report(run_id: str) -> str:
    """Write the report of the published database; return its folder.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    from include.mentoring import reporting

    return str(reporting.write(run_id))
