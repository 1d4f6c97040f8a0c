"""A good build, and copies of it to break: two deliveries with a bit of everything that is allowed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import PROJECT_DIR, declared, settings
from include.simulator import defects
from include.simulator.defects import delivery_files
from tests.dbt.pipeline import Pipeline, of_this_process


@dataclass(frozen=True)
class Workshop:
    """The good build at `good`, and `warehouse`, where a copy of it is broken."""

    manifest: Manifest
    good: Path
    warehouse: Path

    def restore(self) -> None:
        """Put a copy of the good build where dbt finds it."""
        os.environ["MENTOR_WAREHOUSE_DIR"] = str(self.warehouse)
        settings().build_path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.good, settings().build_path)

    @contextmanager
    def copy(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Put a copy of the good build in place and yield a connection to break it with."""
        self.restore()
        with warehouse.connect(settings().build_path) as connection:
            yield connection

    def dbt(self, *arguments: str, manifest: Manifest | None = None) -> dict[str, Any]:
        """Run dbt on the copy, with the project's manifest or another; return its results by node."""
        where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
        quiet = ("--log-level", "none", "--log-level-file", "none")
        done = dbtRunner(manifest=manifest or self.manifest).invoke([*arguments, *where, *quiet])
        if done.result is None:
            raise RuntimeError(f"dbt {' '.join(arguments)} did not run") from done.exception
        return {result.node.unique_id: result for result in done.result.results}


@contextmanager
def opened(folder: Path) -> Iterator[Workshop]:
    """Make the good build below `folder`; the environment is of the workshop for the length of the block."""
    with pytest.MonkeyPatch.context() as patch, of_this_process(folder) as manifest:
        # The ledger says which day it is.
        patch.delenv("MENTOR_DATA_DATE", raising=False)
        # dbt's own copy of a manifest fails on them.
        patch.setattr(manifest, "selectors", {})
        pipeline = Pipeline(folder / "good", manifest)
        for data_date, delivery in _deliveries(folder / "deliveries").items():
            pipeline.deliver({path.name: path.read_bytes() for path in delivery.iterdir()}, data_date)
        pipeline.build()
        with warehouse.connect(settings().build_path) as connection:
            _store_views(connection)
        yield Workshop(manifest, good=settings().build_path, warehouse=folder / "broken")


def _store_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make tables of the views, so that their rows can be broken, and not by those of another table."""
    views = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() where not internal"
    ).fetchall()
    for (view,) in views:
        connection.execute(f"create or replace temp table stored as from {view}")
        connection.execute(f"drop view {view}; create table {view} as from stored")


def _deliveries(folder: Path) -> dict[date, Path]:
    """Make the sample without its orphan, with an anomaly, a rejected row and a change of tier."""
    folder.mkdir()
    for source in declared().sources:
        shutil.copy(declared().sample_data / source.file_name, folder)
    delivery = delivery_files.read_delivery(folder)
    known = {user["user_id"] for user in delivery.users}
    delivery.events[:] = [event for event in delivery.events if str(event["user_id"]) in known]
    delivery_files.write_delivery(folder, delivery)
    for name in ("tier_change", "two_ends", "record_is_no_object"):
        defects.apply(name, folder)
    return {date.fromisoformat(path.name): path for path in sorted(folder.iterdir())}


def in_project(path: str) -> str:
    """Return a path of the dbt project as one of the whole project."""
    return str((declared().dbt_project / path).relative_to(PROJECT_DIR))
