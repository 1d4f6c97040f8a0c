"""The application of our own pages: its routes, who may read them, and its error pages."""

import duckdb
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared
from include.pipeline.ui import data_pages, dbt_docs, model_pages, quality_pages, report_pages
from include.pipeline.ui.headers import WithHeaders
from include.pipeline.ui.page_templates import page

MESSAGES = {
    401: "Nobody is logged in, or the login has ended.",
    403: f"This login is not valid, or may not read the DAG {declared().dag_id}:"
    " ask the person who manages Airflow's roles.",
    404: "This page does not exist, or no longer.",
    500: "The page could not be created; the log of the API server says why.",
}


def make() -> WithHeaders:
    """Return the application; those who may read the DAG may read all of it, nobody else any of it."""
    pages = FastAPI(
        openapi_url=None,
        dependencies=[Depends(requires_access_dag("GET", param_dag_id=declared().dag_id))],
    )
    pages.add_exception_handler(HTTPException, _refused)
    pages.add_exception_handler(UserFacingError, _failed)
    pages.add_exception_handler(duckdb.Error, _failed)
    pages.add_exception_handler(Exception, _broken)
    for part in (report_pages, quality_pages, model_pages, data_pages, dbt_docs):
        pages.include_router(part.router)
    pages.add_api_route("/", _start)
    # Last, and a route, so that even an unknown path asks for a login first.
    pages.add_api_route("/{path:path}", _unknown)
    return WithHeaders(pages)


def _start() -> RedirectResponse:
    return RedirectResponse("reports/")


def _unknown(path: str) -> None:
    raise HTTPException(404)


def _refused(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    asks_for_login = status in (401, 403)
    login = get_auth_manager().get_url_login(next_url=str(request.url)) if asks_for_login else None
    message = MESSAGES.get(status, error.detail)
    answer = page(request, "error.html.j2", status, message=message, login=login)
    answer.headers.update(error.headers or {})
    return answer


def _failed(request: Request, error: Exception) -> HTMLResponse:
    return page(request, "error.html.j2", 500, message=str(error), login=None)


def _broken(request: Request, error: Exception) -> HTMLResponse:
    return page(request, "error.html.j2", 500, message=MESSAGES[500], login=None)


app = make()
