"""A published database written by plain SQL, as dbt's models would write it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.mentoring.report.results import Results, read
from include.pipeline.core import warehouse
from include.pipeline.core.settings import load, settings
from tests.mentoring.report import published, published_rates
from tests.mentoring.report.columns import contracts

Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Return a function that publishes the results of tiers, given as tier = (users, rebooked)."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_REPORT_DIR", str(tmp_path / "reports"))
    load()
    return write


@pytest.fixture
def results(publish: Publish) -> Callable[..., Results]:
    """Return a function that publishes, as `publish` does, and reads what the report says."""

    def publish_and_read(**arguments: Any) -> Results:
        publish(**arguments)
        return read("a run")

    return publish_and_read


def write(
    origin: str = "own",
    figures: dict[str, Any] | None = None,
    tables: dict[str, list[published_rates.Row]] | None = None,
    **tiers: tuple[int, int],
) -> None:
    """Publish what `published.rows` derives from the tiers.

    Args:
        origin: of the data, sample or own.
        figures: further arguments of `published.rows`.
        tables: rows that replace the derived ones, by table.
        tiers: tier = (users, rebooked).
    """
    derived = published.rows(tiers, **(figures or {})) | (tables or {})
    settings().published_path.unlink(missing_ok=True)
    with warehouse.connect(settings().published_path) as connection:
        connection.execute(
            "create schema raw; create schema staging; create schema marts; create schema reports;"
            " create table raw.loads (origin varchar)"
        )
        connection.execute("insert into raw.loads values (?)", [origin])
        for (schema, table), columns in contracts().items():
            declared = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
            connection.execute(f"create table {schema}.{table} ({declared})")
            # A table that the report does not show yet stays empty.
            for row in derived.get(table, []):
                values = ", ".join(f"${name}" for name in row)
                names = ", ".join(row)
                connection.execute(f"insert into {schema}.{table} ({names}) values ({values})", row)
