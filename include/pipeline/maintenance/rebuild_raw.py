"""Rebuilds `raw`, load by load, when the build is damaged or a load is taken out of it.

A new build is filled next to the old one and atomically replaces it. What dbt made is not copied:
the next dbt build rebuilds it from the new `raw`.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from include.pipeline.core import build_state, built_code, diagnostics, origin, warehouse
from include.pipeline.core.atomic_files import put_in_place
from include.pipeline.core.errors import FileRefused, UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.chosen import storage
from include.pipeline.ingest import archive, delivery, landing, landing_tables, ledger, raw_tables
from include.pipeline.ingest.raw_tables import ACCEPTED, WITHDRAWN, Load
from include.pipeline.publish import versions

DBT_SCHEMAS = ("audit", "reports", "marts", "intermediate", "staging")
COUNTS = ("rows_in_file", "rows_loaded", "rows_rejected", "rows_duplicate", "values_trimmed")


class RecoveryImpossible(UserFacingError):
    """The raw layer cannot be rebuilt as asked; the build is unchanged."""


class LastLoad(RecoveryImpossible):
    """The load is the last one of its source that counts."""


def loads_of_build() -> list[Load]:
    """Return the ledger of the current build: each file that changed the state, was refused or withdrawn.

    Raises:
        WarehouseInvalid: there is no build.
    """
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(f"{build} is missing. Expected a build with loads; run `make run`.")
    return _loads(build)


def require_another(loads: Iterable[Load], load: Load) -> None:
    """Check that the source of a load has another one that counts.

    Args:
        loads: the ledger.
        load: the accepted load that is to be withdrawn.

    Raises:
        LastLoad: it has none.
    """
    of_source = [other for other in loads if other["source"] == load["source"]]
    if [other["load_id"] for other in of_source if other["status"] == ACCEPTED] == [load["load_id"]]:
        raise LastLoad(
            f"Load {load['load_id']} ({load['file_name']} of {load['data_date']}) is the only one of source"
            f" {load['source']}: found no other that is accepted, so the source would be empty. Expected"
            " another one; YES=yes withdraws it all the same."
        )


def heal() -> str | None:
    """Rebuild the build where it is damaged or gone; return what was done, or None where it is sound.

    Raises:
        RecoveryImpossible: rows of a load are neither in a kept file nor in a version.
    """
    build = settings().build_path
    if build.exists() and not build_state.is_damaged() and _opens(build):
        return None
    if not build.exists() and not archive.read_ledger():
        return None
    return f"The build was damaged or gone. {restore_raw()}"


def drop_layers() -> None:
    """Leave only `raw` in the build, so that dbt rebuilds everything from it."""
    with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
        for schema in DBT_SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")
        storage().forget_models(connection)
        built_code.drop(connection)
        build_state.revoke(connection, "its layers were dropped")


def restore_raw() -> str:
    """Rebuild the raw layer from the kept deliveries; return what was done.

    Loads whose file is past its time come from the newest version of the same origin.

    Raises:
        RecoveryImpossible: rows of a load are neither in a kept file nor in a version; the build is as
            it was.
    """
    donor = _newest_version()
    loads = archive.read_ledger() or (_loads(donor) if donor else [])
    _make(loads, donor, lambda load: archive.find(load["source"], load["sha256"]) is not None)
    build_state.forget_damage()
    accepted = [load for load in loads if load["status"] == ACCEPTED]
    return f"raw was rebuilt from {len(accepted)} accepted loads of {settings().deliveries_dir}."


def withdraw(load_id: int, *, undo: bool = False, is_last_meant: bool = False) -> str:
    """Take an accepted load out of `raw`, or a withdrawn one back in, and reload what came after it.

    Args:
        load_id: of the load.
        undo: take it back in.
        is_last_meant: its source may have no other accepted load.

    Returns:
        What was done.

    Raises:
        RecoveryImpossible: there is no such load, or a later file of its source is not kept any longer.
        LastLoad: no other load of its source would be left, and that is not meant.
    """
    build = settings().build_path
    with warehouse.connect(build) as connection:
        # A build of an earlier version lacks some tables.
        raw_tables.create(connection)
        # Empty its log: another build will replace it.
        connection.execute("checkpoint")
        loads = raw_tables.loads(connection)
    load = next((load for load in loads if load["load_id"] == load_id), None)
    expected, changed = (WITHDRAWN, ACCEPTED) if undo else (ACCEPTED, WITHDRAWN)
    if load is None or load["status"] != expected:
        listed = ", ".join(str(load["load_id"]) for load in loads if load["status"] == expected)
        raise RecoveryImpossible(
            f"Load {load_id} is not {expected}: found {load['status'] if load else 'no such load'}."
            f" Expected one of {listed or 'none'}; `make loads` lists them."
        )
    if not (undo or is_last_meant):
        require_another(loads, load)
    load.update(status=changed, reason=None if undo else f"Withdrawn on {datetime.now(UTC):%Y-%m-%d}")
    _share_contents(loads, load["source"])
    # Rows that came again later were not stored again: what came later is read again.
    _make(loads, build, lambda later: later["source"] == load["source"] and later["load_id"] >= load_id)
    return f"Load {load_id} ({load['file_name']} of {load['data_date']}) is {changed}."


def withdraw_date(day: date, *, load_id: int | None = None, right_day: date | None = None) -> str:
    """Take a wrong data date back from accepted loads, which stay; a later snapshot is then in force again.

    Args:
        day: the wrong data date, of a delivery or of a repeated one.
        load_id: of the one load to take it from; by default from all that have it.
        right_day: the date to have instead.

    Returns:
        What was done.

    Raises:
        RecoveryImpossible: no load has that date, or one has no other.
    """
    build = settings().build_path
    with warehouse.connect(build) as connection:
        raw_tables.create(connection)
        connection.execute("checkpoint")
        loads = raw_tables.loads(connection)
    changed = [
        load
        for load in loads
        if load["status"] == ACCEPTED
        and load_id in (None, load["load_id"])
        and day in (load["data_date"], *load["redelivered_on"])
    ]
    if not changed:
        raise RecoveryImpossible(
            f"{day} cannot be withdrawn: found no accepted load{f' {load_id}' if load_id else ''} of that"
            " date. Expected a date in data_date or redelivered_on of raw.loads."
        )
    own = {load["load_id"] for load in changed if load["data_date"] == day}
    for load in changed:
        days = {load["data_date"], *load["redelivered_on"], right_day} - {day, None}
        if not days:
            raise RecoveryImpossible(
                f"{day} cannot be withdrawn from load {load['load_id']}: found that it is the load's only"
                f" date. Expected the right one, `make withdraw DATE={day} TO=…`; to remove the load as well,"
                f" `make withdraw LOAD={load['load_id']}`."
            )
        load["data_date"], *load["redelivered_on"] = sorted(days)
    # Whether a row lies in the future depends on the data date.
    _make(loads, build, lambda load: load["load_id"] in own)
    listed = ", ".join(f"{load['load_id']} ({load['file_name']})" for load in changed)
    return f"{day} is {right_day or 'no data date any more'} for load {listed}."


def _share_contents(loads: list[Load], source: str) -> None:
    """The first accepted load of a content holds its rows; a later one of the same content refers to it."""
    holders: dict[str, int] = {}
    for load in loads:
        if load["source"] == source and load["status"] == ACCEPTED:
            load["content_load_id"] = holders.setdefault(load["sha256"], load["load_id"])
        elif load["source"] == source:
            load["content_load_id"] = load["load_id"]


def _make(loads: list[Load], donor: Path | None, is_read_again: Callable[[Load], bool]) -> None:
    """Replace the build with a new one.

    Args:
        loads: its ledger.
        donor: database that has the rows of loads that are not read again.
        is_read_again: whether the kept file of a load is landed again.
    """
    build = settings().build_path
    staged = build.resolve().with_name("staged.duckdb")
    warehouse.remove(staged)
    with warehouse.connect(staged) as connection:
        raw_tables.create(connection)
        build_state.revoke(connection, "raw was rebuilt, load by load")
    try:
        for load in loads:
            _fill(staged, load, donor, is_read_again)
    except BaseException:
        warehouse.remove(staged)
        raise
    with warehouse.connect(staged) as connection:
        connection.execute("checkpoint")
    warehouse.remove_log(build.resolve())
    put_in_place(staged, build.resolve())
    ledger.copy_out()


def _fill(staged: Path, load: Load, donor: Path | None, is_read_again: Callable[[Load], bool]) -> None:
    """Add the rows of one load, and count them."""
    counts: dict[str, int] = dict.fromkeys(COUNTS, 0)
    if load["status"] != ACCEPTED:
        pass
    elif load["content_load_id"] != load["load_id"]:
        counts.update(rows_in_file=load["rows_in_file"], rows_duplicate=load["rows_in_file"])
    elif is_read_again(load):
        counts = _land_again(staged, load)
    else:
        counts = _copy(staged, load, donor)
    with warehouse.connect(staged) as connection:
        raw_tables.put_loads(connection, [{**load, **counts}])


def _copy(staged: Path, load: Load, donor: Path | None) -> dict[str, int]:
    if donor is None:
        raise _not_kept(load)
    with warehouse.connect(staged) as connection, warehouse.attached(connection, donor, "donor"):
        found = raw_tables.copy_rows(connection, declared().source(load["source"]), load["load_id"])
    if found != load["rows_loaded"]:
        raise _not_kept(load)
    # A ledger of an earlier version has no values trimmed.
    return {name: load.get(name, 0) for name in COUNTS}


def _land_again(staged: Path, load: Load) -> dict[str, int]:
    """Land the kept file of a load against what the new build holds by then."""
    source = declared().source(load["source"])
    path = archive.find(source.name, load["sha256"])
    if path is None:
        raise _not_kept(load)
    bench = staged.with_name("again.duckdb")
    landing_tables.reset(path=bench)
    try:
        landed = landing.land_into(bench, staged, source, delivery.identify(source, path), load["data_date"])
    except FileRefused as error:
        raise RecoveryImpossible(
            f"Load {load['load_id']} does not load again: {error} Withdraw that load first."
        ) from error
    with warehouse.connect(staged) as connection, warehouse.attached(connection, bench, "landing"):
        raw_tables.add_landed(connection, source, load["load_id"], load["loaded_at"], bench)
    landing_tables.remove(bench)
    return {name: getattr(landed, name) for name in COUNTS}


def _not_kept(load: Load) -> RecoveryImpossible:
    return RecoveryImpossible(
        f"Load {load['load_id']} ({load['file_name']} of {load['data_date']}) cannot be read again: found"
        f" neither its file in {settings().deliveries_dir} nor its rows in a version. Files are kept for"
        f" {settings().keep_deliveries_days:g} days (MENTOR_KEEP_DELIVERIES_DAYS); expected"
        f" {load['source']}-{load['sha256']}: put it back there from a backup and run again."
    )


def _newest_version() -> Path | None:
    """Return the database of the newest undamaged version with data of the build's origin."""
    for version in reversed(versions.kept()):
        if version.manifest["origin"] != origin.of_build(settings()):
            continue
        try:
            versions.check(version)
        except versions.VersionUnusable:
            continue
        return version.database
    return None


def _loads(database: Path) -> list[Load]:
    with warehouse.connect(database, read_only=True) as connection:
        return raw_tables.loads(connection)


def _opens(build: Path) -> bool:
    try:
        with warehouse.connect(build) as connection:
            connection.execute("from duckdb_tables()")
    except duckdb.Error as error:
        fault = diagnostics.of_error(error)
        if fault and not isinstance(fault, diagnostics.DatabaseDamaged):
            raise fault from error
        return False
    return True
