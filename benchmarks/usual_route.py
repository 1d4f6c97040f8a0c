"""`python -m benchmarks.usual_route DELIVERY DATABASE`: pandas into raw tables, then dbt four times.

What most such projects do. It makes what the models read, and no more: every row is accepted, there is no
ledger of earlier deliveries, no quarantine, no gate, no version of what is published, and no report.
"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas

from benchmarks.dbt_command import dbt
from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.core.settings import declared
from include.pipeline.ingest import raw_tables

LAYERS = ("tag:staging", "tag:intermediate", "tag:marts")
STEPS = (
    ("seed",),
    ("run", "--select", *LAYERS),
    ("test", "--select", *LAYERS, "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"),
    ("run", "--select", "tag:reports"),
)


def main(delivery: Path, database: Path) -> None:
    """Load the delivery into the database and build all models."""
    database.parent.mkdir(parents=True, exist_ok=True)
    frames = {
        USERS.name: pandas.read_csv(delivery / USERS.file_name, dtype=str, keep_default_na=False),
        MENTORS.name: pandas.read_csv(delivery / MENTORS.file_name, dtype=str, keep_default_na=False),
        EVENTS.name: pandas.read_json(delivery / EVENTS.file_name, dtype=False, convert_dates=False),
    }
    with duckdb.connect(database) as connection:
        raw_tables.create(connection)
        for load_id, (name, frame) in enumerate(frames.items(), 1):
            columns = ", ".join(
                f'"{column}"::varchar as "{column}"' for column in declared().source(name).columns
            )
            connection.register("frame", frame)
            connection.execute(
                f"create or replace table raw.{name} as select {columns}, {load_id} as _load_id,"
                " row_number() over () as _row_number, now()::timestamp as _loaded_at from frame"
            )
        raw_tables.put_loads(
            connection, [_load(number, *each) for number, each in enumerate(frames.items(), 1)]
        )
    for step in STEPS:
        subprocess.run(dbt(*step), check=True)


def _load(load_id: int, source: str, frame: pandas.DataFrame) -> raw_tables.Load:
    return {
        "load_id": load_id,
        "source": source,
        "file_name": declared().source(source).file_name,
        "sha256": "",
        "size_bytes": 0,
        "rows_in_file": len(frame),
        "rows_loaded": len(frame),
        "rows_rejected": 0,
        "rows_duplicate": 0,
        "ignored_columns": [],
        "data_date": datetime.now(UTC).date(),
        "redelivered_on": [],
        "content_load_id": load_id,
        "status": raw_tables.ACCEPTED,
        "reason": None,
        "origin": "own",
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
