"""The pipeline in this process, from delivered files to the built models; only the quality gate is left out.

The gate would refuse deliveries that are meant to be bad: what it judges is tested on its own.
"""

import functools
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import DUCKDB, declared, settings
from include.pipeline.orchestration import stages
from tests.support.deliveries import complete

RUN = "a_test"
# Of dbt; `dbt run` leaves out the seeds.
WITHOUT_TESTS = ("build", "--resource-type", "seed", "--resource-type", "model")
# Which delivery a row came with is all that they tell.
TABLES_OF_DELIVERIES = ("fct_loads", "rpt_files")
COLUMNS_OF_DELIVERIES = ("load_id", "row_number", "last_load_id", "latest_data_date", "staleness_days")


@dataclass
class Pipeline:
    """A warehouse of its own below `folder`, and the manifest that its builds share with others.

    The settings are in the environment of the process: a new pipeline puts its own there, and is the
    one to use from then on.
    """

    folder: Path
    manifest: Manifest
    deliveries: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.use()

    def copy_to(self, folder: Path) -> "Pipeline":
        """Returns a copy of the warehouse below another folder, which becomes the current one."""
        shutil.copytree(self.folder, folder, symlinks=True)
        copy = replace(self, folder=folder)
        copy.deliveries = self.deliveries
        return copy

    def use(self) -> None:
        """Makes it the one that this process works in."""
        os.environ["MENTOR_ENGINE"] = DUCKDB
        os.environ["MENTOR_WAREHOUSE_DIR"] = str(self.folder / "warehouse")

    def deliver(self, files: dict[str, bytes], data_date: date) -> None:
        """Receives, lands and accepts a delivery."""
        self.deliveries += 1
        inbox = self.folder / f"delivery-{self.deliveries}"
        inbox.mkdir(parents=True)
        for name, content in files.items():
            (inbox / name).write_bytes(content)
        complete(inbox)
        os.environ["MENTOR_DATA_DIR"] = str(inbox)
        received = stages.receive(RUN, data_date.isoformat())
        for source in declared().source_names:
            stages.land(RUN, source, received, is_future_meant=True)
        stages.accept(RUN)

    def build(self, *arguments: str) -> None:
        """Runs every model; raises AssertionError where one fails."""
        ran = invoke(self.manifest, *WITHOUT_TESTS, *arguments)
        failed = [f"{item.node.name}: {item.message}" for item in ran.result or [] if item.status == "error"]
        assert ran.success, "\n".join(failed) or str(ran.exception)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Returns the rows of a query on the build."""
        with warehouse.connect(settings().build_path, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def tables(self) -> dict[str, str]:
        """Returns a hash of the ordered rows of every table in intermediate, marts and reports."""
        return self._hashes()

    def tables_of_any_deliveries(self) -> dict[str, str]:
        """Returns a hash as `tables` does, without what tells which delivery a row came with."""
        return self._hashes(TABLES_OF_DELIVERIES, COLUMNS_OF_DELIVERIES)

    def _hashes(self, tables: Sequence[str] = (), columns: Sequence[str] = ()) -> dict[str, str]:
        names = self.rows(
            "select table_schema || '.' || table_name, table_name from information_schema.tables"
            " where table_schema in ('intermediate', 'marts', 'reports') order by all"
        )
        assert names
        kept = all_columns_but(columns)
        return {
            table: sha256(repr(self.rows(f"select {kept} from {table} order by all")).encode()).hexdigest()
            for table, name in names
            if name not in tables
        }


def all_columns_but(names: Sequence[str]) -> str:
    """Returns what selects the other columns of any table."""
    return f"columns(name -> not list_contains({[*names]}, name))"


@contextmanager
def of_this_process(folder: Path) -> Iterator[Manifest]:
    """Sets what pipelines need in the environment for the length of the block; yields the manifest."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MENTOR_WAREHOUSE_DIR", "MENTOR_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
            patch.setenv(name, str(folder))
        patch.setenv("MENTOR_ENGINE", DUCKDB)
        # A delivery of a few rows may be unfit for the most part; the limit has its own tests.
        patch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
        # A machine far from UTC, for no rule may depend on its time zone.
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        folder.mkdir(parents=True, exist_ok=True)
        yield _parsed()
    time.tzset()


@functools.cache
def _parsed() -> Manifest:
    """Parses the project once for all modules of this process: a build leaves the manifest as it was."""
    done = invoke(None, "parse")
    assert done.success, done.exception
    return done.result


def invoke(manifest: Manifest | None, *arguments: str) -> dbtRunnerResult:
    """Runs dbt in this process; with a manifest it need not parse the project."""
    where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
    return dbtRunner(manifest=manifest).invoke(["--quiet", *arguments, *where])
