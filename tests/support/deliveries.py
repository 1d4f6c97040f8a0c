"""Deliveries that a test writes, and what the warehouse made of them."""

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core import build_state, origin, snapshot_rows, warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.source import Source
from include.pipeline.ingest import landing, landing_tables, ledger
from include.pipeline.ingest.landing import Landed
from include.pipeline.publish import publication
from include.pipeline.publish.versions import Version

DATA_DATE = date(2031, 5, 2)
USERS_HEADER = "user_id,company_id,signup_date,status\n"
MENTORS_HEADER = "mentor_id,tier,hourly_rate\n"


def user(user_id: object, status: str = "active") -> str:
    """Return one line of the users' file."""
    return f"{user_id},C-1,2031-01-05,{status}\n"


def users(count: int) -> str:
    """Return a users' file of `count` good rows, with the ids 1, 2, …"""
    return USERS_HEADER + "".join(user(number) for number in range(1, count + 1))


def event(event_id: str, **changed: object) -> dict[str, Any]:
    """Return one good event with some of its fields changed."""
    return {
        "event_id": event_id,
        "user_id": 71,
        "mentor_id": "K1",
        "timestamp": "2031-04-01T10:00:00Z",
        "event_type": "session_started",
        **changed,
    }


def events(count: int) -> list[dict[str, Any]]:
    """Return `count` good events, with the ids e1, e2, …"""
    return [event(f"e{number}") for number in range(1, count + 1)]


def array(records: list[Any]) -> str:
    """Return records as one JSON array."""
    return json.dumps(records)


def lines(records: list[Any]) -> str:
    """Return records as one JSON value a line."""
    return "".join(f"{json.dumps(record)}\n" for record in records)


def good_row(source: Source) -> dict[str, str]:
    """Return a row that every rule of the source accepts."""
    with duckdb.connect() as connection:
        return {column: _good_value(connection, source, column) for column in source.columns}


def _good_value(connection: duckdb.DuckDBPyConnection, source: Source, column: str) -> str:
    rules = [rule.accepts for rule in source.rules if rule.column == column]
    listed = re.findall(r"'([^']*)'", " ".join(rules))
    accepted = " and ".join(f"({rule})" for rule in rules) or "true"
    query = (
        f"select value from (select ? as \"{column}\", ? as value, date '{DATA_DATE}' as _data_date)"
        f" where {accepted}"
    )
    for value in ("1", "2031-04-01", "2031-04-01T10:00:00Z", *listed):
        if connection.execute(query, [value, value]).fetchall():
            return value
    raise AssertionError(f"no value tried is accepted as {source.name}.{column}; add one that is")


def complete(folder: Path) -> None:
    """Write a file of one good row for each declared source that a delivery lacks."""
    for source in declared().sources:
        if not [*folder.glob(f"{source.file_name}*")]:
            row = good_row(source)
            text = array([row]) if source.is_json else f"{','.join(row)}\n{','.join(row.values())}\n"
            (folder / source.file_name).write_text(text, encoding="utf-8")


def read(path: Path) -> list[Any]:
    """Return the rows of a file as Python's own readers see them: lists of fields, or JSON values."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".json":
        return json.loads(text)
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]


def audit(run_id: str) -> None:
    """Give the build the state that a whole `dbt build` of the run gives it."""
    with warehouse.connect(settings().build_path) as connection:
        build_state.store(connection, run_id, "an-invocation", models=1, tests=1)


def publish(run_id: str) -> Version:
    """Publish the build as if dbt had built and tested it for the run."""
    audit(run_id)
    return publication.publish(run_id)


@dataclass(frozen=True)
class Bench:
    """A warehouse of a test, and the folder its deliveries come in."""

    folder: Path

    def write(self, source: str, content: str | bytes, name: str | None = None) -> Path:
        """Write a file of the source as it would be delivered; return its path."""
        path = self.folder / (name or declared().source(source).file_name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def land(
        self, source: str, content: str | bytes, name: str | None = None, on: date = DATA_DATE
    ) -> Landed:
        """Land one file in an empty landing."""
        return self.land_file(source, self.write(source, content, name), on)

    def land_file(self, source: str, path: Path, on: date = DATA_DATE) -> Landed:
        """Land a file that is there already in an empty landing."""
        if not settings().build_path.exists():
            origin.switch_build(settings(), origin.OWN)
            ledger.open_raw()
        landing_tables.reset()
        return landing.land(declared().source(source), path, on)

    def deliver(
        self, source: str, content: str | bytes, name: str | None = None, on: date = DATA_DATE
    ) -> list[int]:
        """Land one file and accept it; return the loads that were added."""
        self.land(source, content, name, on)
        return ledger.accept()

    def landed(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows of the landing."""
        with warehouse.connect(settings().landing_path, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def build(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows of the build."""
        with warehouse.connect(settings().build_path, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def loaded(self, source: str) -> list[tuple[Any, ...]]:
        """Return what landed of a source as fit for raw: the row number, then the columns."""
        columns = ", ".join(f'"{column}"' for column in declared().source(source).columns)
        return self.landed(
            f"select _row_number, {columns} from delivered.{source} where not _is_duplicate order by 1"
        )

    def rejected(self) -> list[tuple[int, str, str]]:
        """Return the rejected rows of the landing: row number, reason and text."""
        return [
            (number, reason, text)
            for number, reason, text in self.landed(
                "select row_number, reason, row_text from delivered.rejected_rows order by 1"
            )
        ]

    def rows_of(self, source: str, load_id: int) -> list[tuple[Any, ...]]:
        """Return the accepted rows of a snapshot's load, by key."""
        declaration = declared().source(source)
        columns = ", ".join(f'"{column}"' for column in declaration.columns)
        rows = snapshot_rows.of_load(declaration, str(load_id))
        return self.build(f'select {columns} from ({rows}) order by "{declaration.key}"')

    def rows_in_raw(self) -> int:
        """Return how many rows the raw layer holds, rejected ones included."""
        tables = (*declared().source_names, "rejected_rows")
        return sum(self.build(f"select count(*) from raw.{table}")[0][0] for table in tables)
