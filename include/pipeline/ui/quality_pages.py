"""The pages of the quality of the data: loads, rejected rows, checks over time, and the latest verdict."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from include.pipeline.core.settings import settings
from include.pipeline.publish import report_files
from include.pipeline.quality.verdict_page import FILE_NAME
from include.pipeline.ui import gate_runs, ledgers
from include.pipeline.ui.folders import read
from include.pipeline.ui.headers import STATIC_FILE, policy
from include.pipeline.ui.page_templates import page

MAX_LOADS = 100
MAX_RUNS = 50

router = APIRouter(prefix="/quality")


@router.get("")
def to_quality() -> RedirectResponse:
    """Redirect to the page, whose links are relative to its address."""
    return RedirectResponse("quality/")


@router.get("/")
def show() -> HTMLResponse:
    """Return the page of what was loaded, rejected and checked."""
    runs, total_runs = gate_runs.newest(MAX_RUNS)
    return page(
        "quality.html.j2",
        ledgers=ledgers.read(),
        max_loads=MAX_LOADS,
        runs=runs,
        total_runs=total_runs,
        warnings=report_files.warnings(),
    )


@router.get("/latest")
def show_latest() -> HTMLResponse:
    """Return the gate's own page of its latest verdict."""
    return HTMLResponse(read(settings().quality_dir, FILE_NAME), headers=dict(policy(STATIC_FILE)))
