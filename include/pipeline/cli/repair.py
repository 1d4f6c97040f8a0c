"""The commands that repair what is published: versions, loads, rollback, restore, withdraw."""

from collections.abc import Callable, Iterator
from datetime import date

from include.pipeline.cli.aligned_table import aligned
from include.pipeline.core import origin
from include.pipeline.core.declaration import load
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.ingest import ledger
from include.pipeline.maintenance import cleanup, rebuild_raw
from include.pipeline.orchestration import stages
from include.pipeline.publish import history, publication, versions
from include.pipeline.publish.versions import Version
from include.pipeline.transform import dbt_cli

Notify = Callable[[str], None]
"""Receives a line for each finished step."""

VERSION_COLUMNS = ("version", "published at", "data date", "data", "rows", "rates", "what changed")
LOAD_COLUMNS = ("load", "source", "file", "data date", "rows", "status")


def list_versions() -> Iterator[str]:
    """Yield a table with one line for each kept version, oldest first; * marks the published one."""
    rows = [
        (
            f"{version.number} *" if version.is_published else str(version.number),
            version.manifest["published_at"],
            max((file["data_date"] for file in version.manifest["files"]), default="none"),
            version.manifest["origin"],
            sum(file["rows_loaded"] for file in version.manifest["files"]),
            history.percentages(version.manifest),
            history.sentence(version.manifest),
        )
        for version in versions.kept()
    ]
    yield from aligned(VERSION_COLUMNS, rows)


def list_loads() -> Iterator[str]:
    """Yield a table with one line for each load of the current build that counts or was withdrawn.

    Raises:
        WarehouseInvalid: there is no build.
    """
    rows = [
        [row[name] for name in ("load_id", "source", "file_name", "data_date", "rows_loaded", "status")]
        for row in rebuild_raw.loads_of_build()
    ]
    yield from aligned(LOAD_COLUMNS, rows)


@guarded
def roll_back(_run_id: str, notify: Notify, number: int | None, *, is_sample_meant: bool) -> None:
    """Have readers open an earlier version and its report.

    Raises:
        VersionUnusable: there is no such version, or it is damaged, or of the sample and not meant.
    """
    before = versions.published()
    version = publication.roll_back(number, is_sample_meant=is_sample_meant)
    notify(f"{settings().published_path} is version {version.number}, until the next run publishes")
    # Its report may be gone, and `latest` points at another one.
    notify(str(load(declared().report.write)(version.manifest["run_id"])))
    _compare(before, notify)


@guarded
def restore(run_id: str, notify: Notify, *, from_deliveries: bool, is_sample_meant: bool) -> None:
    """Rebuild marts and reports from the raw layer, or raw too from the kept deliveries.

    Raises:
        VersionUnusable: the build is of the sample and not meant.
        RecoveryImpossible: rows of a load are neither in a kept file nor in a version.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    _require_meant(is_sample_meant)
    if from_deliveries:
        notify(rebuild_raw.restore_raw())
    elif healed := rebuild_raw.heal():
        notify(healed)
    rebuild_raw.drop_layers()
    _rebuild(run_id, notify)


def require_another(load_id: int) -> None:
    """Check that a load which counts is not the only one of its source.

    Raises:
        LastLoad: it is.
        WarehouseInvalid: there is no build.
    """
    ledger_rows = rebuild_raw.loads_of_build()
    for row in ledger_rows:
        if row["load_id"] == load_id:
            rebuild_raw.require_another(ledger_rows, row)


@guarded
def withdraw(
    run_id: str, notify: Notify, load_id: int, *, undo: bool, is_last_meant: bool, is_sample_meant: bool
) -> None:
    """Take a load out of the raw layer, or back in, and rebuild.

    Raises:
        VersionUnusable: the build is of the sample and not meant.
        LastLoad: the load is the last one of its source, and not meant.
        RecoveryImpossible: there is no such load, or what came after it cannot be loaded again.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    _require_meant(is_sample_meant)
    notify(rebuild_raw.withdraw(load_id, undo=undo, is_last_meant=is_last_meant))
    _rebuild(run_id, notify)


@guarded
def withdraw_date(
    run_id: str,
    notify: Notify,
    day: date,
    *,
    load_id: int | None,
    right_day: date | None,
    is_sample_meant: bool,
) -> None:
    """Take a wrong data date back from one load, or from all that have it, and rebuild.

    Raises:
        VersionUnusable: the build is of the sample and not meant.
        RecoveryImpossible: no load has that date, or one has no other.
        DbtFailed: the models do not build; the published database is unchanged.
    """
    _require_meant(is_sample_meant)
    notify(rebuild_raw.withdraw_date(day, load_id=load_id, right_day=right_day))
    _rebuild(run_id, notify)


def _require_meant(is_sample_meant: bool) -> None:
    publication.require_meant("The build", origin.of_build(settings()), is_sample_meant=is_sample_meant)


def _rebuild(run_id: str, notify: Notify) -> None:
    before = versions.published()
    ledger.open_raw()
    cleanup.sweep()
    notify(dbt_cli.build(run_id))
    notify(stages.publish(run_id))
    notify(stages.report(run_id))
    _compare(before, notify)


def _compare(before: Version | None, notify: Notify) -> None:
    """Show the rates that readers had, and those that they have."""
    for when, version in (("before", before), ("after", versions.published())):
        if version:
            notify(
                f"{when:6} version {version.number}: {history.percentages(version.manifest) or 'no rates'}"
            )
