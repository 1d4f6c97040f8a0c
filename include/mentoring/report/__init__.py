"""The tier report: reads the published database and writes it as CSV, JSON, Markdown and HTML."""

from pathlib import Path

from include.mentoring.report.render import render
from include.mentoring.report.results import read
from include.pipeline.publish import report_files


def write(run_id: str, *, of_trial: bool = False) -> Path:
    """Write the four files that `PIPELINE.report` declares from the published database.

    Args:
        run_id: of the run; names the folder.
        of_trial: write them from the build, and leave `latest` as it is.

    Returns:
        The run's folder; `latest` points at it from then on, unless it is a trial's.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    return report_files.write(run_id, render(read(run_id, of_trial=of_trial)), of_trial=of_trial)
