"""Puts our own pages into Airflow's web UI: the tier report, quality, models, the database and dbt's docs."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request for one of the pages, as an ASGI application.

    Every process of Airflow imports this file, but only the API server serves pages. So the first request
    imports what they need.
    """
    from include.pipeline.ui.app import app

    await app(scope, receive, send)


def _entry(name: str, page: str) -> dict[str, str]:
    """An entry of the menu; its address is relative to Airflow's UI."""
    return {
        "name": name,
        "category": "Mentoring",
        "href": f"mentoring/{page}/",
        "url_route": f"mentoring-{page}",
    }


class MentoringPagesPlugin(AirflowPlugin):
    """Serves `include.pipeline.ui` below /mentoring and names the pages in the menu."""

    name = "mentoring_pages"
    fastapi_apps: ClassVar[list[Any]] = [{"app": pages, "url_prefix": "/mentoring", "name": "Mentoring"}]
    external_views: ClassVar[list[Any]] = [
        _entry("Tier report", "reports"),
        _entry("Quality", "quality"),
        _entry("Models", "models"),
        _entry("Data", "data"),
        _entry("dbt docs", "dbt"),
    ]
