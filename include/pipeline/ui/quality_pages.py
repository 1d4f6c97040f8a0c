"""The page of the quality of the data: every check of the newest run, the runs, loads and rejected rows."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from include.pipeline.publish import report_files
from include.pipeline.ui import check_rows, checked_runs, ledgers
from include.pipeline.ui.page_templates import page

MAX_LOADS = 100
MAX_RUNS = 50

router = APIRouter(prefix="/quality")


@router.get("")
def to_quality() -> RedirectResponse:
    """Redirect to the page, whose links are relative to its address."""
    return RedirectResponse("quality/")


@router.get("/")
def show(request: Request) -> HTMLResponse:
    """Return the page of what was checked, loaded and rejected."""
    runs, total_runs = checked_runs.newest(MAX_RUNS)
    return page(
        request,
        "quality.html.j2",
        checks=check_rows.of(runs),
        ledgers=ledgers.read(),
        max_loads=MAX_LOADS,
        runs=runs,
        total_runs=total_runs,
        warnings=report_files.warnings(),
    )
