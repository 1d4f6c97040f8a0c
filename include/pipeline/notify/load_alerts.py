"""Alerts about the data of a run."""

from typing import Any

from include.pipeline.core.settings import settings
from include.pipeline.notify.apprise_client import Alert
from include.pipeline.notify.run_alerts import alerting, published, title
from include.pipeline.publish import report_files


@alerting
def rows_rejected(run_id: str, loads: list[int]) -> Alert | None:
    """Compose the alert about rejected rows of the loads that a run has just accepted: how many, and why."""
    rejected = _rejected(loads)
    if not rejected:
        return None
    lines = [
        f"{file_name} of {data_date} (load {load_id}): {rows} of {rows_in_file} rows, {reason}"
        for load_id, file_name, data_date, rows_in_file, reason, rows in rejected
    ]
    listed = ", ".join(str(load_id) for load_id in sorted({row[0] for row in rejected}))
    return Alert(
        title(f"{sum(row[-1] for row in rejected)} rows rejected"),
        f"Run: {run_id}\nThe other rows are accepted. Once the run has published, see\n"
        f"select * from raw.rejected_rows where load_id in ({listed})\n\n" + "\n".join(lines),
        "warning",
    )


@alerting
def data_in_doubt(run_id: str) -> Alert | None:
    """Tell what the report that a run has just written warns of."""
    warnings = report_files.warnings()
    if not warnings:
        return None
    body = f"Run: {run_id}\nPublished: {published()}\n\n" + "\n".join(warnings)
    return Alert(title("data in doubt"), body, "warning")


def _rejected(loads: list[int]) -> list[tuple[Any, ...]]:
    """Return load, file name, data date, rows in the file, reason and rejected rows, most frequent first."""
    from include.pipeline.core import warehouse

    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute(
            """
            select
                loads.load_id,
                loads.file_name,
                loads.data_date,
                loads.rows_in_file,
                rejected_rows.reason,
                count(*) as rows_rejected
            from raw.rejected_rows
            inner join raw.loads
                on rejected_rows.load_id = loads.load_id
            where list_contains($loads, loads.load_id)
            group by all
            order by loads.load_id, rows_rejected desc, rejected_rows.reason
            """,
            {"loads": loads},
        ).fetchall()
