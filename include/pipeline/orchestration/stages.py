"""The stages of a run, as the DAG's tasks and the command line call them.

Each one holds the warehouse lock for its run, and waits while another run holds it (core/lock.py).
"""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

from include.pipeline.core import build_state, data_dates, lock, origin, trial
from include.pipeline.core.declaration import load
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.ingest import delivery, future_dates, landing, landing_tables, ledger, state_in_force
from include.pipeline.maintenance import cleanup, rebuild_raw
from include.pipeline.notify import load_alerts
from include.pipeline.publish import publication


@guarded
def receive(run_id: str, data_date: str, *, is_trial: bool = False) -> dict[str, str]:
    """Find the delivery, and prepare the build of its origin and an empty landing.

    Args:
        run_id: of the run.
        data_date: ISO date, UTC, of the delivery.
        is_trial: work in a copy of the build, until the report is written.

    Returns:
        The path of each source's file, and the data date under `data_date`.

    Raises:
        DateRefused: no delivery can be of that date.
        FileRefused: the delivery, or a file of it, is not there.
    """
    current = settings()
    paths = delivery.locate(current.data_dir, data_dates.require_possible(data_date))
    trial.leave()
    of_delivery = origin.of_delivery(paths.values())
    if is_trial:
        trial.begin(of_delivery)
    else:
        origin.switch_build(current, of_delivery)
    _open_build(run_id)
    return {"data_date": data_date, **{source: str(path) for source, path in paths.items()}}


@guarded
def keep_previous(run_id: str, *, is_trial: bool = False) -> None:
    """Prepare the build for a run without a delivery, which rebuilds it from what `raw` has.

    Args:
        run_id: of the run.
        is_trial: work in a copy of the build, until the report is written.

    Raises:
        WarehouseInvalid: nothing was accepted yet.
    """
    trial.leave()
    if is_trial:
        trial.begin(origin.of_build(settings()))
    _open_build(run_id)
    if ledger.as_of() is None:
        raise WarehouseInvalid(
            f"{settings().build_path} has no data: found no accepted delivery."
            " Expected one to go on with; deliver one and run again."
        )


def _open_build(run_id: str) -> None:
    rebuild_raw.heal()
    ledger.open_raw()
    ledger.copy_out()
    cleanup.sweep()
    landing_tables.reset(run_id)


@guarded
def land(run_id: str, source: str, received: dict[str, str], *, is_future_meant: bool = False) -> str:
    """Land one file of the delivery that `receive` found; return its counts as a sentence.

    Args:
        run_id: of the run.
        source: whose file it is.
        received: what `receive` returned.
        is_future_meant: the data date may lie after today.

    Raises:
        FileRefused: nothing of the file is loaded.
        DateRefused: the whole delivery has landed, and its data date is likely a typo.
    """
    landing_tables.require(run_id)
    data_date = date.fromisoformat(received["data_date"])
    landed = landing.land(declared().source(source), Path(received[source]), data_date)
    if source == declared().source_names[-1]:
        future_dates.require_plausible(data_date, is_meant=is_future_meant)
    return str(landed)


@guarded
def accept(run_id: str) -> str:
    """Move the landed delivery into `raw`; return the outcome as a sentence."""
    landing_tables.require(run_id)
    added = ledger.accept()
    if not trial.is_current():
        load_alerts.rows_rejected(run_id, added)
    accepted = "Nothing new: the delivery is in raw already"
    if added:
        accepted = f"Accepted as load {', '.join(map(str, added))}"
    return ". ".join((accepted, *state_in_force.later_than_landed()))


@guarded
def built(run_id: str) -> str:
    """Return what dbt has built and tested in this run, as a sentence.

    Raises:
        WarehouseInvalid: it has not built and tested all of the build.
    """
    return str(build_state.require(run_id, is_what_if=trial.is_current()))


@guarded
def publish(run_id: str) -> str:
    """Publish the build; return the path of the published database and its version.

    Raises:
        WarehouseInvalid: dbt has not built and tested the build in this run.
    """
    on_publish = declared().on_publish
    with load(on_publish)(run_id) if on_publish else nullcontext():
        version = publication.publish(run_id)
    return f"{settings().published_path}, version {version.number}"


@guarded
def report(run_id: str) -> str:
    """Write the report of the published database, or of a trial's build, and release the warehouse.

    Returns:
        The report's folder.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    folder = load(declared().report.write)(run_id, of_trial=trial.is_current())
    if not trial.is_current():
        load_alerts.data_in_doubt(run_id)
    trial.leave()
    lock.release(run_id)
    return str(folder)
