"""Tables of the data: which files the figures rest on, and what was found in them."""

from include.mentoring.report.narrative.formatting import ANOMALY_NAMES, FINDING_NAMES
from include.mentoring.report.results import Results
from include.mentoring.report.tables.table import Table, table

REJECTED = "rejected_row"


def files(results: Results) -> Table:
    """Return the files with their counts and hashes, the latest load first."""
    return table(
        "Files the figures rest on",
        {
            "source": False,
            "file": False,
            "data date": False,
            "rows": True,
            "loaded": True,
            "duplicate": True,
            "rejected": True,
            "sha256": False,
        },
        [
            [
                row["source"],
                row["file"],
                row["data_date"],
                row["rows_in_file"],
                row["rows_loaded"],
                row["rows_duplicate"],
                row["rows_rejected"],
                row["sha256"],
            ]
            for row in reversed(results["files"])
        ],
    )


def rejected(results: Results) -> Table:
    """Return the rows that were not accepted, by source and reason."""
    return table(
        "Rows not accepted, by source and reason",
        {"source and reason": False, "rows": True, "examples": False},
        [
            [row["detail"], row["findings"], ", ".join(row["examples"])]
            for row in results["quality"]
            if row["finding"] == REJECTED
        ],
    )


def quality(results: Results) -> Table:
    """Return what else was found in the data."""
    return table(
        "Findings in the accepted data",
        {"finding": False, "detail": False, "times": True, "examples": False},
        [
            [
                FINDING_NAMES.get(row["finding"], row["finding"]),
                ANOMALY_NAMES.get(row["detail"], row["detail"]),
                row["findings"],
                ", ".join(row["examples"]),
            ]
            for row in results["quality"]
            if row["finding"] != REJECTED
        ],
    )


def gate(results: Results) -> Table:
    """Return the checks of the quality gate that did not pass."""
    failed = results["gate"]["failed"] if results["gate"] else []
    return table(
        "Checks of the quality gate that did not pass",
        {"table": False, "column": False, "rule": False, "severity": False, "found": False},
        [[row["table"], row["column"], row["rule"], row["severity"], row["finding"]] for row in failed],
    )
