"""Reads what was loaded and rejected from the published database, and newer loads from the ledger's copy.

The build is not opened: a run may be writing it, and DuckDB takes one writer or many readers.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.settings import settings
from include.pipeline.ingest import archive, raw_tables
from include.pipeline.ingest.raw_tables import Load
from include.pipeline.ui.page_templates import MAX_CELL_CHARS

SAMPLES = 5
SAMPLE = ("load_id", "row_number", "row_text")


@dataclass(frozen=True)
class Rejected:
    """The rejected rows of one source and reason: how many, and a few from the newest loads."""

    source: str
    reason: str
    count: int
    samples: list[dict[str, Any]]


@dataclass(frozen=True)
class Ledgers:
    """The outcome of the deliveries; each list of loads has the newest first.

    Attributes:
        is_published: whether there is a published database.
        loads: of the published database.
        unpublished: of the ledger's copy, those that the published database lacks, or has with another state.
        rejected: of the published database.
    """

    is_published: bool
    loads: list[Load]
    unpublished: list[Load]
    rejected: list[Rejected]


def read() -> Ledgers:
    """Return the ledgers; empty if nothing was delivered or published.

    Raises:
        duckdb.Error: the published database cannot be read.
    """
    published = settings().published_path
    loads: list[Load] = []
    rejected: list[Rejected] = []
    if published.exists():
        with warehouse.connect(published, read_only=True) as connection:
            loads = raw_tables.loads(connection)
            rejected = _rejected(connection)
    known = {_state(load) for load in loads}
    unpublished = [load for load in archive.read_ledger() or [] if _state(load) not in known]
    return Ledgers(published.exists(), loads[::-1], unpublished[::-1], rejected)


def _state(load: Load) -> tuple[str, int, str]:
    return load["origin"], load["load_id"], load["status"]


def _rejected(connection: duckdb.DuckDBPyConnection) -> list[Rejected]:
    rows = connection.execute(
        """
        select source, reason, count, load_id, row_number, left(row_text, ?)
        from (
            select
                *,
                count(*) over same as count,
                row_number() over (same order by load_id desc, row_number) as position
            from raw.rejected_rows
            window same as (partition by source, reason)
        )
        where position <= ?
        order by source, reason, position
        """,
        [MAX_CELL_CHARS + 1, SAMPLES],
    ).fetchall()
    return [
        Rejected(source, reason, count, [dict(zip(SAMPLE, row[3:], strict=True)) for row in group])
        for (source, reason, count), group in groupby(rows, key=lambda row: row[:3])
    ]
