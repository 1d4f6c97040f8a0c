"""Makes Airflow's web server answer under its own names alone.

A foreign site could otherwise point a name of its own at this machine (DNS rebinding). Its pages would read
and do whatever the web UI lets their reader do.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin


def only_own_names(app: Any) -> Any:
    """Return the ASGI application behind a check of the header Host.

    Own names are those of this machine, that of the web UI's address (`AIRFLOW__API__BASE_URL`), and that of
    the server for tasks (`AIRFLOW__CORE__EXECUTION_API_SERVER_URL`).
    """
    # Only the API server needs them, and every process of Airflow imports this file.
    from airflow.configuration import conf
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    settings = (("api", "base_url"), ("core", "execution_api_server_url"))
    names = {urlsplit(conf.get(*setting, fallback="")).hostname for setting in settings}
    return TrustedHostMiddleware(app, sorted({"127.0.0.1", "localhost", *filter(None, names)}))


class TrustedHostsPlugin(AirflowPlugin):
    """Puts the check in front of all that the API server serves."""

    name = "trusted_hosts"
    fastapi_root_middlewares: ClassVar[list[Any]] = [
        {"name": "Trusted hosts", "middleware": only_own_names, "args": [], "kwargs": {}}
    ]
