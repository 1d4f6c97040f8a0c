"""`python -m benchmarks.lean_route DELIVERY WAREHOUSE`: polars into raw tables, then dbt three times.

What a person writes who wants the headline table alone: nine models with generic tests. Each delivery
is a full export that replaces the last one. No gate, history, statistics or report.
"""

import subprocess
import sys
from pathlib import Path

import duckdb
import polars

from benchmarks.lean_route.dbt_command import DATABASE, dbt

STEPS = (
    ("run", "--select", "staging", "marts"),
    ("test",),
    ("run", "--select", "reports"),
)


def main(delivery: Path, warehouse: Path) -> None:
    """Load the delivery into the warehouse and build all models."""
    load(delivery, warehouse)
    for step in STEPS:
        subprocess.run(dbt(warehouse, *step), check=True)


def load(delivery: Path, warehouse: Path) -> None:
    """Replace the raw tables by the three files of the delivery."""
    warehouse.mkdir(parents=True, exist_ok=True)
    frames = {
        # As text: ids that look like numbers join with those of the events.
        "users": polars.read_csv(delivery / "users_db_export.csv", infer_schema=False),
        "mentors": polars.read_csv(delivery / "mentor_tiers.csv", infer_schema=False),
        "events": polars.read_json(delivery / "booking_events.json").with_row_index("row_number"),
    }
    with duckdb.connect(warehouse / DATABASE) as connection:
        connection.execute("create schema if not exists raw")
        for name, frame in frames.items():
            # The stream, because DuckDB asks for pyarrow to read a frame of polars itself.
            connection.register("frame", frame.__arrow_c_stream__())
            connection.execute(f"create or replace table raw.{name} as from frame")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
