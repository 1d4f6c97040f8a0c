"""What must never happen, done on purpose: to see that the harness sees it. Opens DuckDB."""

import json
from collections.abc import Callable

import duckdb

from tests.faults.world import Home

# What a reader would find -> the SQL that does it to the published database.
SPOILT = {
    "rows of events are not as many": "delete from raw.events where _row_number = 7",
    "an event id twice": "insert into raw.events select * from raw.events limit 1",
    "rejected rows are not as many": "delete from raw.rejected_rows",
    "counts of a load do not add up": "update raw.loads set rows_in_file = rows_in_file + 1",
    "rows of no accepted load": "update raw.loads set status = 'refused' where source = 'users'",
    "a mixed publication": "delete from marts.fct_sessions where true",
}


def database(home: Home, statement: str) -> None:
    """Change what is published."""
    home.published.chmod(0o644)
    with duckdb.connect(home.published) as connection:
        connection.execute(statement)


def unreadable(home: Home) -> None:
    """Leave half of the published file."""
    content = home.published.read_bytes()
    home.published.chmod(0o644)
    home.published.write_bytes(content[: len(content) // 2])


def report_of_two_runs(home: Home) -> None:
    """Put the figures of another run into the latest report."""
    path = home.reports / "latest" / "tier_report.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "run_id": "day-7"}), "utf-8")


def report_with_other_figures(home: Home) -> None:
    """Put other figures into the latest report."""
    path = home.reports / "latest" / "tier_results.csv"
    path.write_text(path.read_text("utf-8").replace("Gold", "Golden"), "utf-8")


def report_without_a_file(home: Home) -> None:
    """Take a file of the latest report away."""
    (home.reports / "latest" / "tier_report.md").unlink()


def latest_that_points_at_nothing(home: Home) -> None:
    """Take the latest report away, but not the link."""
    (home.reports / "latest").resolve().rename(home.folder / "gone")


# What a reader would find -> what does it.
OTHERWISE: dict[str, Callable[[Home], None]] = {
    "the published database is unreadable": unreadable,
    "has the figures of day-7": report_of_two_runs,
    "neither the old report nor the new one": report_with_other_figures,
    "reports/latest has": report_without_a_file,
    "reports/latest points at nothing": latest_that_points_at_nothing,
}
