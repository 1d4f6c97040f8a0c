"""The commands that repair what is published: versions, rollback, restore, withdraw."""

from collections.abc import Callable, Iterator
from datetime import date

from include.pipeline.core.declaration import load
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.ingest import ledger
from include.pipeline.maintenance import cleanup, rebuild_raw
from include.pipeline.orchestration import stages
from include.pipeline.publish import history, publication, versions
from include.pipeline.transform import dbt_cli

Notify = Callable[[str], None]
"""Receives a line for each finished step."""


def list_versions() -> Iterator[str]:
    """Yield one line for each kept version, oldest first: what it is, and what changed with it."""
    for version in versions.kept():
        mark = "*" if version.is_published else " "
        manifest = version.manifest
        yield (
            f"{mark} {version.number}  {manifest['published_at']}  {manifest['run_id']}"
            f"  {len(manifest['files'])} files  {history.sentence(manifest)}"
        )


@guarded
def roll_back(_run_id: str, notify: Notify, number: int | None) -> None:
    """Have readers open an earlier version and its report.

    Raises:
        VersionUnusable: there is no such version, or it is damaged.
    """
    version = publication.roll_back(number)
    notify(f"{settings().published_path} is version {version.number}, until the next run publishes")
    # Its report may be gone, and `latest` points at another one.
    notify(str(load(declared().report.write)(version.manifest["run_id"])))


@guarded
def restore(run_id: str, notify: Notify, *, from_deliveries: bool) -> None:
    """Rebuild marts and reports from the raw layer, or raw too from the kept deliveries.

    Raises:
        RecoveryImpossible: rows of a load are neither in a kept file nor in a version.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    if from_deliveries:
        notify(rebuild_raw.restore_raw())
    elif healed := rebuild_raw.heal():
        notify(healed)
    rebuild_raw.drop_layers()
    _rebuild(run_id, notify)


@guarded
def withdraw(run_id: str, notify: Notify, load_id: int, *, undo: bool) -> None:
    """Take a load out of the raw layer, or back in, and rebuild.

    Raises:
        RecoveryImpossible: there is no such load, or what came after it cannot be loaded again.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    notify(rebuild_raw.withdraw(load_id, undo=undo))
    _rebuild(run_id, notify)


@guarded
def withdraw_date(
    run_id: str, notify: Notify, day: date, *, load_id: int | None, right_day: date | None
) -> None:
    """Take a wrong data date back from one load, or from all that have it, and rebuild.

    Raises:
        RecoveryImpossible: no load has that date, or one has no other.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    notify(rebuild_raw.withdraw_date(day, load_id=load_id, right_day=right_day))
    _rebuild(run_id, notify)


def _rebuild(run_id: str, notify: Notify) -> None:
    ledger.open_raw()
    cleanup.sweep()
    notify(dbt_cli.build(run_id))
    notify(stages.publish(run_id))
    notify(stages.report(run_id))
