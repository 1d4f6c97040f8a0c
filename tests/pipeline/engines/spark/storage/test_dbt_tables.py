"""What dbt has made in a folder of the lake is shown by the build's database, with the models' types."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.spark.storage import dbt_tables
from include.pipeline.maintenance import rebuild_raw
from tests.support.deliveries import Bench, array, events, users


def models() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield schema, name and types of the columns of each model and seed."""
    nodes = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    for node in nodes:
        if node["resource_type"] in ("model", "seed"):
            yield node["schema"], node["alias"], {c["name"]: c["data_type"] for c in node["columns"].values()}


def write(folder: Path, name: str, query: str) -> None:
    """Write a table into a build's folder, as Spark does."""
    table = folder / name.replace(".", ".db/")
    table.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.sql(query).write_parquet(str(table / "part-0.parquet"))


def build(rank: int) -> Path:
    """Make the folder of a build with every model and seed; dim_tiers has one tier, of this rank."""
    folder = dbt_tables.begin()
    made(folder, [f"{schema}.{name}" for schema, name, _ in models()])
    for schema, name, columns in models():
        moments = {column: f"{kind}tz" if kind == "timestamp" else kind for column, kind in columns.items()}
        empty = ", ".join(f'null::{kind} as "{column}"' for column, kind in moments.items())
        write(folder, f"{schema}.{name}", f"select {empty} where false")
    write(folder, "marts.dim_tiers", f"select 'T' as tier, 'one' as tier_category, {rank} as tier_rank")
    return folder


def made(folder: Path, names: list[str]) -> None:
    """Note the tables of a build's folder, as the session does."""
    (folder / "catalog.json").write_text(json.dumps([{"name": name} for name in names]), encoding="utf-8")
    # As after a command that gives no state.
    (folder / "invocation.txt").touch()


def ranks(lake: Bench) -> list[tuple[int]]:
    return lake.build("select tier_rank from marts.dim_tiers")


@pytest.fixture
def accepted(lake: Bench) -> Bench:
    """Return a lake with two accepted loads."""
    lake.deliver("users", users(2))
    lake.deliver("events", array(events(2)))
    return lake


def test_a_build_reads_what_was_accepted(accepted: Bench) -> None:
    """The ledger, the quarantine, and the parts of each source by name."""
    folder = dbt_tables.begin()
    inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    assert (inputs["models"], inputs["audit"]) == (None, None)
    parts = {source: len(of_source["loaded_at"]) for source, of_source in inputs["parts"].items()}
    assert parts == {"users": 1, "mentors": 0, "events": 1}
    loads = duckdb.sql(f"select load_id, source from '{folder}/raw/loads/*.parquet' order by all").fetchall()
    assert loads == [(1, "users"), (2, "events")]


def test_all_models_are_shown_with_their_types(accepted: Bench) -> None:
    """Also those without a row or a file; what is a moment for Spark is UTC's clock time."""
    folder = build(2)
    (folder / "intermediate.db" / "int_events" / "part-0.parquet").unlink()
    columns = next(columns for _, name, columns in models() if name == "int_observation")
    moment = "timestamptz '2031-04-01 12:00:00+02'"
    values = ", ".join(
        f"{moment if kind == 'timestamp' else f'null::{kind}'} as {column}"
        for column, kind in columns.items()
    )
    write(folder, "intermediate.int_observation", f"select {values}")
    dbt_tables.end(folder, is_finished=True)
    assert set(accepted.build("select observation_end from intermediate.int_observation")[0]) == {
        duckdb.sql("select timestamp '2031-04-01 10:00:00'").fetchall()[0][0]
    }
    for schema, name, expected in models():
        described = accepted.build(f"describe {schema}.{name}")
        types = {column: kind.lower() for column, kind, *_ in described}
        assert types == expected, name


def test_the_reports_are_in_the_database_itself(accepted: Bench) -> None:
    """Readers of a report need no lake."""
    dbt_tables.end(build(2), is_finished=True)
    kinds = accepted.build(
        "select table_schema, any_value(table_type), count(distinct table_type)"
        f" from information_schema.tables where table_schema in {dbt_tables.DBT_SCHEMAS}"
        " group by all order by all"
    )
    assert kinds == [
        ("intermediate", "VIEW", 1),
        ("marts", "VIEW", 1),
        ("reports", "BASE TABLE", 1),
        ("staging", "VIEW", 1),
    ]


def test_the_next_build_goes_on_with_the_one_that_ended_well(accepted: Bench) -> None:
    """Not with one that failed after it, of which the failing rows alone are shown and kept."""
    finished = build(2)
    dbt_tables.end(finished, is_finished=True)
    failed = build(3)
    write(failed, "audit.a_test", "select 'T' as tier")
    dbt_tables.end(failed, is_finished=False)
    assert ranks(accepted) == [(2,)]
    assert accepted.build("select * from audit.a_test") == [("T",)]
    inputs = json.loads((dbt_tables.begin() / "inputs.json").read_text(encoding="utf-8"))
    assert (inputs["models"], inputs["audit"]) == (str(finished), str(failed))


def test_nothing_goes_on_with_a_build_in_which_dbt_could_not_run(accepted: Bench) -> None:
    """It has no tables, not even of failing rows."""
    finished = build(2)
    dbt_tables.end(finished, is_finished=True)
    dbt_tables.end(dbt_tables.begin(), is_finished=False)
    inputs = json.loads((dbt_tables.begin() / "inputs.json").read_text(encoding="utf-8"))
    assert (inputs["models"], inputs["audit"]) == (str(finished), str(finished))


def test_what_dbt_has_not_made_is_not_shown(accepted: Bench) -> None:
    """One model was asked for: the others are no tables without rows, which could be published."""
    folder = dbt_tables.begin()
    made(folder, ["staging.stg_users"])
    dbt_tables.end(folder, is_finished=True)
    shown = "select table_schema, table_name from information_schema.tables"
    assert accepted.build(f"{shown} where table_schema in {dbt_tables.DBT_SCHEMAS}") == [
        ("staging", "stg_users")
    ]


def test_a_restored_lake_goes_on_with_nothing(accepted: Bench) -> None:
    """What dbt builds is rebuilt from raw."""
    dbt_tables.end(build(2), is_finished=True)
    rebuild_raw.drop_layers()
    inputs = json.loads((dbt_tables.begin() / "inputs.json").read_text(encoding="utf-8"))
    assert inputs["models"] is None
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        assert dbt_tables.names(connection) == set()
