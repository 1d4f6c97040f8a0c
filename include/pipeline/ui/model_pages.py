"""The page of the models: what each took in the newest build, and in those before."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from include.pipeline.ui import checked_runs, model_times
from include.pipeline.ui.page_templates import page

MAX_RUNS = 30

router = APIRouter()


@router.get("/models")
def to_models() -> RedirectResponse:
    """Redirect to the page, as for the others."""
    return RedirectResponse("models/")


@router.get("/models/")
def show(request: Request) -> HTMLResponse:
    """Return the page of the models, the slowest first."""
    runs = [run for run in checked_runs.newest(MAX_RUNS)[0] if run.dbt]
    models = model_times.of([run.dbt for run in runs if run.dbt])
    return page(request, "models.html.j2", run=runs[0] if runs else None, builds=len(runs), models=models)
