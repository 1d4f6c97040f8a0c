"""The pages of the reports: the runs that have one, and the files of each."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from include.pipeline.core.run_names import LATEST
from include.pipeline.core.settings import declared, settings
from include.pipeline.ui.folders import find, read
from include.pipeline.ui.headers import SCRIPTED_FILE, STATIC_FILE, policy
from include.pipeline.ui.page_templates import page
from include.pipeline.ui.report_runs import latest_rates, newest

MAX_RUNS = 50

router = APIRouter()


@router.get("/reports")
def to_runs() -> RedirectResponse:
    """Redirect to the page, whose links are relative to its address."""
    return RedirectResponse("reports/")


@router.get("/reports/")
def list_runs(request: Request) -> HTMLResponse:
    """Return the page of the latest report and of the runs that have one, the newest first.

    Rates of a trial have their difference from the latest report's.
    """
    runs, total = newest(MAX_RUNS)
    has_latest = find(settings().report_dir, LATEST, declared().report.page) is not None
    return page(
        request, "reports.html.j2", runs=runs, total=total, has_latest=has_latest, standard=latest_rates()
    )


@router.get("/reports/{run}/")
def show(request: Request, run: str, file: str | None = None) -> HTMLResponse:
    """Return the page that shows a file of a run's report, by default the one that people open.

    Raises:
        HTTPException: 404, the run has no such file.
    """
    report = declared().report
    shown = file or report.page
    if shown not in report.files or find(settings().report_dir, run, shown) is None:
        raise HTTPException(404)
    return page(request, "file.html.j2", name=report.title, file=shown)


@router.get("/reports/{run}/{file}")
def read_file(run: str, file: str) -> Response:
    """Return a file of a run's report; `latest` is a run too."""
    media_types = declared().report.files
    if file not in media_types:
        raise HTTPException(404)
    headers = dict(policy(SCRIPTED_FILE if file.endswith(".html") else STATIC_FILE))
    if file.endswith(".csv"):
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    content = read(settings().report_dir, run, file)
    return Response(content, headers=headers, media_type=media_types[file])
