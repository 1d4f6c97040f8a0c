"""The pages of the quality of the data: loads, rejected rows, checks over time, and the Data Docs."""

from mimetypes import guess_type

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from include.mentoring.pages import gate_runs, ledgers
from include.mentoring.pages.folders import read
from include.mentoring.pages.headers import STATIC_FILE, policy
from include.mentoring.pages.render import page
from include.mentoring.settings import settings

MOST_LOADS = 100
MOST_RUNS = 50

router = APIRouter(prefix="/quality")


@router.get("")
def to_quality() -> RedirectResponse:
    """Redirect to the page, from whose address its links count."""
    return RedirectResponse("quality/")


@router.get("/")
def show() -> HTMLResponse:
    """Return the page of what was loaded, rejected and checked."""
    runs, total_runs = gate_runs.newest(MOST_RUNS)
    return page(
        "quality.html.j2", ledgers=ledgers.read(), most_loads=MOST_LOADS, runs=runs, total_runs=total_runs
    )


@router.get("/docs/{path:path}")
def read_data_docs(path: str) -> Response:
    """Return a file of the Data Docs of the latest run, by default the first page."""
    name = path or "index.html"
    content = read(settings().quality_dir / "data_docs", name)
    media_type = guess_type(name)[0] or "application/octet-stream"
    return Response(content, headers=dict(policy(STATIC_FILE)), media_type=media_type)
