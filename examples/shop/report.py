"""The refund rate by month as CSV, JSON and a page."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from include.pipeline.core import trial, warehouse
from include.pipeline.core.settings import settings
from include.pipeline.publish import report_files

COLUMNS = ("month", "orders", "revenue", "refunded", "refund_rate_pct")
MONTHS = """
    select strftime(month, '%Y-%m'), orders, revenue, refunded, refund_rate_pct
    from reports.rpt_refund_rate
    order by month
"""
DATA = """
    select strftime(max(ordered_at), '%Y-%m-%dT%H:%M:%SZ'), (select max(origin) from raw.loads)
    from marts.fct_orders
"""


def write(run_id: str, *, of_trial: bool = False) -> Path:
    """Write the report of the published database, or of a trial's build; return its folder."""
    database = settings().build_path if of_trial else settings().published_path
    with warehouse.connect(database, read_only=True) as connection:
        rows = connection.execute(MONTHS).fetchall()
        ((observation_end, origin),) = connection.execute(DATA).fetchall()
    results = {
        "run_id": run_id,
        "trial": trial.describe({}) if of_trial else None,
        "origin": origin,
        "observation_end": observation_end,
        "months": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
    }
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, *rows])
    texts = {
        "report.csv": table.getvalue(),
        "report.json": json.dumps(results, indent=2, default=float) + "\n",
        "report.html": _page(results),
    }
    return report_files.write(run_id, texts, of_trial=of_trial)


def _page(results: dict[str, Any]) -> str:
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{value}</td>" for value in month.values()) + "</tr>"
        for month in results["months"]
    )
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Refund rate</title></head>
<body>
<h1>Refund rate by month of the order</h1>
<p>{results["trial"] or f"Orders up to {results['observation_end']}, data: {results['origin']}."}</p>
<table>
<tr>{head}</tr>
{rows}
</table>
</body>
</html>
"""
