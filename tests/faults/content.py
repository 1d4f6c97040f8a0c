"""What a deployment holds, in a form that two runs of the same deliveries share to the last byte.

These functions open DuckDB: call them in a process of their own (`processes.call`).
"""

import json
import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import duckdb

from include.pipeline.core import snapshot_rows
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import declared
from include.pipeline.orchestration import stages
from tests.faults.world import Home

# When a row was loaded is a fact of the run, not of the data.
RUN_COLUMNS = ("_loaded_at", "loaded_at")
REPORT_FILES = {"tier_results.csv", "tier_report.json", "tier_report.md", "tier_report.html"}
# Facts of the run: its name, and what the gate met, which is less when the delivery is in raw already.
RUN_KEYS = ("run_id", "gate", "publication")
# Names that only a run under way gives.
TEMPORARY = re.compile(r"(\.next|\.tmp|\.wal)$|^(staged|again|damaged)\b")
# Parts of names that differ from run to run.
VARYING = (
    (re.compile(r"\d{8}T\d{6}\.\d+Z"), "<time>"),
    (re.compile(r"(?<=/versions/)\d+"), "<number>"),
    (re.compile(r"(?<=/day-)(\d+)\.\w{8}\b"), r"\1.<random>"),
)


@dataclass(frozen=True)
class Content:
    """What readers find.

    Attributes:
        tables: hash of the ordered rows of every published table; None where nothing is published.
        report: hashes of the figures of the latest report; None where there is none.
        problems: what no reader may ever find.
    """

    tables: dict[str, str] | None
    report: dict[str, str] | None
    problems: list[str] = field(default_factory=list)


def read(home: Home) -> Content:
    """Open what is published as a BI tool does, scan all of it, and read the latest report."""
    problems: list[str] = []
    tables = None
    if home.published.exists():
        try:
            with duckdb.connect(home.published, read_only=True) as connection:
                tables = tables_of(connection)
                problems += [f"published: {problem}" for problem in raw_problems(connection)]
        except duckdb.Error as error:
            problems.append(f"the published database is unreadable: {error}")
    report = _report(home, problems)
    return Content(tables, report, problems)


def built(home: Home) -> Content:
    """Open the build as the next run finds it: its raw layer has whole loads, each row once."""
    if not home.build.exists():
        return Content(None, None)
    try:
        with duckdb.connect(home.build, read_only=True) as connection:
            schemas = {
                name for (name,) in connection.execute("select schema_name from duckdb_schemas()").fetchall()
            }
            if "raw" not in schemas:
                return Content(None, None)
            problems = [f"build: {problem}" for problem in raw_problems(connection)]
            # A raw layer without a load is as good as none.
            has_loads = connection.execute("select 1 from raw.loads limit 1").fetchone()
            return Content(tables_of(connection, "raw") if has_loads else None, None, problems)
    except duckdb.Error as error:
        return Content(None, None, [f"the build is unreadable: {error}"])


def publish(home: Home, run_id: str) -> str:
    """Try to publish what is in the build, for this run; return the refusal, or nothing."""
    os.environ.update(home.environment)
    try:
        stages.publish(run_id)
    except UserFacingError as refused:
        return str(refused)
    return ""


def tables_of(connection: duckdb.DuckDBPyConnection, *schemas: str) -> dict[str, str]:
    """Return a hash of the ordered rows of every table, by name."""
    columns: dict[str, list[str]] = {}
    for schema, table, column in connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_catalog = current_database() order by ordinal_position"
    ).fetchall():
        if column not in RUN_COLUMNS and (not schemas or schema in schemas):
            columns.setdefault(f"{schema}.{table}", []).append(f'"{column}"')
    return {table: _hash(connection, table, names) for table, names in sorted(columns.items())}


def raw_problems(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return where rows of raw are lost or doubled, or counts do not add up."""
    checks = {
        "counts of a load do not add up": "select load_id from raw.loads"
        " where status = 'accepted' and rows_in_file <> rows_loaded + rows_rejected + rows_duplicate",
        "rows of no accepted load": " union all ".join(
            f"select _load_id from raw.{source} where _load_id not in"
            f" (select load_id from raw.loads where status = 'accepted' and source = '{source}')"
            for source in declared().source_names
        ),
        "an event id twice": "select event_id from raw.events group by all having count(*) > 1",
        "a row of the file twice": " union all ".join(
            f"select _load_id from raw.{source} group by _load_id, _row_number having count(*) > 1"
            for source in declared().source_names
        ),
    }
    for source in declared().sources:
        rows = (
            snapshot_rows.of_load(source, "loads.load_id")
            if source.is_snapshot
            else f"select 1 from raw.{source.name} as landed where landed._load_id = loads.load_id"
        )
        checks[f"rows of {source.name} are not as many as the ledger says"] = (
            f"select load_id from raw.loads where source = '{source.name}' and status = 'accepted'"
            f" and load_id = content_load_id and rows_loaded <> (select count(*) from ({rows}))"
        )
    checks["rejected rows are not as many as the ledger says"] = (
        "select load_id from raw.loads where rows_rejected"
        " <> (select count(*) from raw.rejected_rows as unfit where unfit.load_id = loads.load_id)"
    )
    return [
        f"{what}: {found}"
        for what, query in checks.items()
        if (found := connection.execute(query).fetchall())
    ]


def leftovers(home: Home) -> list[str]:
    """Return the files that only a run under way may have."""
    return sorted(
        str(path.relative_to(home.folder))
        for root in (home.warehouse, home.reports)
        for path in root.rglob("*")
        if TEMPORARY.search(path.name)
    )


def names(home: Home) -> set[str]:
    """Return the names of all that is in the warehouse and the reports, but for numbers and times."""
    return {
        _constant(str(path.relative_to(home.folder)))
        for root in (home.warehouse, home.reports)
        for path in root.rglob("*")
    }


def file_hash(path: Path) -> str:
    """Return the hash of the bytes of a file."""
    return sha256(path.read_bytes()).hexdigest()


def _hash(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    schema, name = table.split(".")
    rows = connection.execute(f'select {", ".join(columns)} from "{schema}"."{name}" order by all').fetchall()
    return sha256(repr((columns, rows)).encode()).hexdigest()


def _constant(name: str) -> str:
    for pattern, stand_in in VARYING:
        name = pattern.sub(stand_in, name)
    return name


def _report(home: Home, problems: list[str]) -> dict[str, str] | None:
    """Hash the figures of the latest report; a missing file, or one of another run, is a problem."""
    latest = home.reports / "latest"
    if not os.path.lexists(latest):
        return None
    if not latest.is_dir():
        problems.append("reports/latest points at nothing")
        return None
    texts = {path.name: path.read_text(encoding="utf-8") for path in latest.iterdir()}
    if set(texts) != REPORT_FILES:
        problems.append(f"reports/latest has {sorted(texts)}")
        return None
    document = json.loads(texts["tier_report.json"])
    run_id = document["run_id"]
    if file_name(run_id) != os.readlink(latest):
        problems.append(f"reports/latest is {os.readlink(latest)} and has the figures of {run_id}")
    for name in ("tier_report.md", "tier_report.html"):
        if run_id not in texts[name]:
            problems.append(f"the {name} of reports/latest is not of {run_id}")
    figures = {key: value for key, value in document.items() if key not in RUN_KEYS}
    return {
        "tier_results.csv": sha256(texts["tier_results.csv"].encode()).hexdigest(),
        "tier_report.json": sha256(json.dumps(figures).encode()).hexdigest(),
    }
