"""Tables of the data: which files the figures rest on, and what was found in them."""

from include.mentoring.report.narrative.formatting import ANOMALY_NAMES, FINDING_NAMES
from include.mentoring.report.results import Results, Row
from include.mentoring.report.tables.table import LIST, NUMBER, Column, Format, Table

REJECTED = "rejected_row"


def _failed_checks(results: Results) -> list[Row]:
    return results["gate"]["failed"] if results["gate"] else []


# The latest load first.
FILES = Table(
    lambda results: results["files"][::-1],
    "Files behind the figures",
    (
        Column("source", "source"),
        Column("file", "file"),
        Column("data_date", "data date"),
        Column("rows_in_file", "rows", NUMBER),
        Column("rows_loaded", "loaded", NUMBER),
        Column("rows_duplicate", "duplicate", NUMBER),
        Column("rows_rejected", "rejected", NUMBER),
        Column("sha256", "sha256"),
    ),
)

REJECTED_ROWS = Table(
    lambda results: [row for row in results["quality"] if row["finding"] == REJECTED],
    "Rejected rows, by source and reason",
    (
        Column("detail", "source and reason"),
        Column("findings", "rows", NUMBER),
        Column("examples", "examples", LIST),
    ),
)

FINDINGS = Table(
    lambda results: [row for row in results["quality"] if row["finding"] != REJECTED],
    "Findings in the accepted data",
    (
        Column("finding", "finding", Format(lambda name: FINDING_NAMES.get(name, name))),
        Column("detail", "detail", Format(lambda name: ANOMALY_NAMES.get(name, name))),
        Column("findings", "times", NUMBER),
        Column("examples", "examples", LIST),
    ),
)

FAILED_CHECKS = Table(
    _failed_checks,
    "Quality gate checks that did not pass",
    (
        Column("table", "table"),
        Column("column", "column"),
        Column("rule", "rule"),
        Column("severity", "severity"),
        Column("finding", "found"),
    ),
)
