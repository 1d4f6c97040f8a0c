"""The page of dbt's docs: every table and column of the build, as `make docs` describes them."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from include.pipeline.core.settings import declared
from include.pipeline.ui.folders import find, read
from include.pipeline.ui.headers import SCRIPTED_FILE, policy
from include.pipeline.ui.page_templates import page

TARGET = declared().dbt_manifest.parent
FILE = "static_index.html"
MISSING = "The docs do not exist yet. Run `make docs` where Airflow runs, after a run of the pipeline."
# Addresses that dbt's page asks for before its scripts have filled them in, and what makes it wait. Angular
# sets an attribute without its namespace, with which xlink:href would be none.
UNFILLED = (
    (b'<link rel="shortcut icon" href="${require(\'./assets/favicons/favicon.ico\')}"/>', b""),
    (b'<use xlink:href="{{', b'<use ng-attr-href="{{'),
)

router = APIRouter()


@router.get("/dbt")
def to_docs() -> RedirectResponse:
    """Redirect to the page, as for the others."""
    return RedirectResponse("dbt/")


@router.get("/dbt/")
def show(request: Request) -> Response:
    """Return the page that shows dbt's docs, or 404 and how to create them."""
    if find(TARGET, FILE) is None:
        return page(request, "error.html.j2", 404, message=MISSING, login=None)
    return page(request, "file.html.j2", name="dbt docs", file="docs")


@router.get("/dbt/docs")
def read_docs() -> Response:
    """Return dbt's docs.

    Raises:
        HTTPException: 404, they do not exist.
    """
    html = read(TARGET, FILE)
    for unfilled, waiting in UNFILLED:
        html = html.replace(unfilled, waiting)
    return HTMLResponse(html, headers=dict(policy(SCRIPTED_FILE)))
