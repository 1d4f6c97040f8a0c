"""What dbt makes in the lake: a folder of tables for each build, and their views in the build's database.

Table `lake.tables` of a database names the folders, `folder` in `tables/` of the lake: one row for the build
that ended well last and, until the next one has, one for a build that failed. In a folder:

- `inputs.json`: what the build reads, and `raw/`: the ledger and the like, as they were then;
- `<schema>.db/<table>/`: a table as Parquet, as Spark names it;
- `catalog.json`: the columns of all tables, for the next build to go on with them;
- `invocation.txt`: dbt's own id of the command that changed the tables; empty where none did;
- `reason.txt`: why dbt could not run at all, where it could not.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import duckdb

from include.pipeline.core import build_state, warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.spark.spark_settings import SPARK_PYTHON
from include.pipeline.engines.spark.storage import raw_parts

# Small, and what readers query: the published database holds their rows itself.
COPIED = "reports"
DBT_SCHEMAS = ("staging", "intermediate", "marts", COPIED)
AUDIT = "audit"


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the list of builds unless it exists."""
    connection.execute(
        "create table if not exists lake.tables (is_finished boolean primary key, folder varchar not null)"
    )


def begin() -> Path:
    """Make the folder of a build, with what the build reads; return it."""
    folder = root() / uuid4().hex
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        for name in ("loads", "removed_keys", "rejected_rows"):
            copy = folder / "raw" / name / "rows.parquet"
            copy.parent.mkdir(parents=True)
            connection.table(f"raw.{name}").write_parquet(str(copy))
        found = connection.execute("select is_finished, folder from lake.tables").fetchall()
        builds = {is_finished: root() / folder for is_finished, folder in found}
        # The one that failed, unless dbt could not run in it.
        ran = [builds[each] for each in (False, True) if each in builds and _has_run(builds[each])]
        inputs = {
            "raw_state": build_state.raw_state(connection),
            "models": builds.get(True),
            "audit": next(iter(ran), None),
            "parts": {
                source.name: {
                    "folder": raw_parts.folder_of(source),
                    "columns": source.columns,
                    "folders": raw_parts.folders_by(source),
                    "loaded_at": raw_parts.of_source(connection, source),
                }
                for source in declared().sources
            },
        }
    (folder / "inputs.json").write_text(json.dumps(inputs, indent=1, default=str), encoding="utf-8")
    return folder


def program(folder: Path) -> list[str]:
    """Return the command that runs dbt on Spark over a build's folder; dbt's arguments follow it."""
    return [str(SPARK_PYTHON), "-m", "include.pipeline.engines.spark.dbt_main", str(folder)]


def end(folder: Path, *, is_finished: bool) -> None:
    """Make the build's database show what dbt built in a folder.

    Args:
        folder: of the build.
        is_finished: whether the build ended well; of one that failed, only its tests' failing rows are shown.
    """
    if is_finished:
        _finish(folder)
    else:
        _fail(folder)


def reason(folder: Path) -> str | None:
    """Return why dbt could not run in the folder of a build; None where it could."""
    path = folder / "reason.txt"
    return path.read_text(encoding="utf-8") if path.exists() else None


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the next build start with nothing of an earlier one."""
    connection.execute("delete from lake.tables")


def root() -> Path:
    """Return the folder of all builds."""
    return settings().warehouse_dir / "tables"


def names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the folders that a database consists of."""
    return {folder for (folder,) in connection.execute("select folder from lake.tables").fetchall()}


def _has_run(folder: Path) -> bool:
    """Return whether dbt could run in the folder of a build, well or not."""
    return (folder / "catalog.json").exists()


def _finish(folder: Path) -> None:
    with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
        for schema in DBT_SCHEMAS:
            _empty(connection, schema)
        for schema, name, columns in _models(folder):
            query = _rows_of(folder / f"{schema}.db" / name, columns)
            kind = "table" if schema == COPIED else "view"
            connection.execute(f'create {kind} {schema}."{name}" as {query}')
        _show_audit(connection, folder)
        connection.execute("delete from lake.tables")
        connection.execute("insert into lake.tables values (true, ?)", [folder.name])
        if invocation_id := (folder / "invocation.txt").read_text(encoding="utf-8"):
            inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
            build_state.begin_dbt(connection, invocation_id, inputs["raw_state"])


def _fail(folder: Path) -> None:
    with warehouse.connect(settings().build_path) as connection, warehouse.transaction(connection):
        _show_audit(connection, folder)
        connection.execute("insert or replace into lake.tables values (false, ?)", [folder.name])


def _models(folder: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield schema, name and columns, with their types, of every model and seed that a build has."""
    made = {table["name"] for table in json.loads((folder / "catalog.json").read_text(encoding="utf-8"))}
    for node in json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["nodes"].values():
        if node["resource_type"] in ("model", "seed") and f"{node['schema']}.{node['alias']}" in made:
            columns = {name: column["data_type"] for name, column in node["columns"].items()}
            yield node["schema"], node["alias"], columns


def _rows_of(folder: Path, columns: dict[str, str]) -> str:
    """Return a query of a table's rows, with the types that its model promises."""
    if not any(folder.rglob("*.parquet")):
        # A partitioned table without rows has no file.
        empty = ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items())
        return f"select {empty} where false"
    typed = ", ".join(_typed(name, kind) for name, kind in columns.items())
    return f"select {typed} from {_files(folder)}"


def _typed(name: str, kind: str) -> str:
    # Spark's timestamps are moments, whose clock time depends on the reader's zone; dbt's are UTC's clock.
    value = f"\"{name}\" at time zone 'UTC'" if kind == "timestamp" else f'"{name}"::{kind}'
    return f'{value} as "{name}"'


def _files(folder: Path) -> str:
    files = warehouse.literal(folder / "**" / "*.parquet")
    return f"read_parquet({files}, hive_partitioning = true, hive_types_autocast = false)"


def _show_audit(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    _empty(connection, AUDIT)
    for table in (folder / f"{AUDIT}.db").glob("*"):
        if any(table.rglob("*.parquet")):
            connection.execute(f'create view {AUDIT}."{table.name}" as select * from {_files(table)}')


def _empty(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    connection.execute(f"drop schema if exists {schema} cascade")
    connection.execute(f"create schema {schema}")
