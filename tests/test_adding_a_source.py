"""docs/adding-a-source.md is true: its blocks add a source, a mart and a table of the report."""

import re
import sys
from pathlib import Path

import pytest

from tests.support import worked_example
from tests.support.deployment import Deployment

PAGE = worked_example.PAGE.read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (\w+) \| (\d+) \| ([\d,.]+) \|$", PAGE, re.MULTILINE)


def test_it_takes_twelve_files(copy_of_project: Path) -> None:
    """Every block is applied, and more than twelve files would be too many."""
    files = worked_example.apply(copy_of_project)
    assert len(re.findall(r"^(?:Create \*\*|In `)", PAGE, re.MULTILINE)) == len(files)
    assert 0 < len(files) <= 12


@pytest.mark.slow
@pytest.mark.smoke
def test_the_new_rows_are_in_the_report(copy_of_project: Path, tmp_path: Path) -> None:
    """A run of the DAG loads, checks and builds them, and the report has the figures of the page."""
    worked_example.apply(copy_of_project)
    environment = {"MENTOR_DATA_DIR": str(copy_of_project / "include" / "data")}
    deployment = Deployment(tmp_path, copy_of_project, environment)
    # As `make run` does before it, into the copy's own artifacts.
    parsed = deployment.process(sys.executable, "-m", "include.pipeline.cli", "dbt", "parse", "--quiet")
    assert parsed.returncode == 0, parsed.stdout
    done = deployment.command("run", "--date", "2023-08-01")
    assert done.returncode == 0, done.stdout
    assert "payments.csv" in done.stdout

    counts = "rows_in_file, rows_loaded, rows_rejected, rows_duplicate"
    assert deployment.rows(f"select {counts} from raw.loads where source = 'payments'") == [(8, 7, 0, 1)]
    assert deployment.rows(
        "select payment_id, tier, amount::varchar from marts.fct_payments order by payment_id"
    ) == [
        ("P-1", "Gold", "200.00"),
        ("P-2", "Gold", "200.00"),
        ("P-3", "Gold", "1200.50"),
        ("P-4", "Silver", "100.00"),
        ("P-5", "Silver", "0.00"),
        ("P-6", "Unknown", "75.25"),
        ("P-7", "Silver", "100.00"),
    ]
    in_report = [
        (row["tier"], str(row["payments"]), f"{row['amount']:,.2f}")
        for row in deployment.results()["payments"]
    ]
    assert in_report == TABLE
    assert len(TABLE) == 3
    markdown = (deployment.latest / "tier_report.md").read_text(encoding="utf-8")
    page = (deployment.latest / "tier_report.html").read_text(encoding="utf-8")
    for text in (markdown, page):
        after = text.partition("Payments by tier")[2]
        for tier, payments, amount in TABLE:
            assert re.search(rf"{tier}\W.*?\b{payments}\b.*?{amount}", after, re.DOTALL)
