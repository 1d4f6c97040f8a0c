"""Whether a service is healthy according to the API server. Runs often, so it does not import Airflow."""

import json
from urllib.error import URLError
from urllib.request import urlopen

from include.pipeline.core.errors import UserFacingError

API_SERVER = "api-server"
# The services, and what the API server calls them.
COMPONENTS = {
    API_SERVER: "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
TIMEOUT_SECONDS = 8


class Unhealthy(UserFacingError):
    """A service is not healthy."""


def check(service: str, address: str) -> None:
    """Return if the service is healthy.

    Args:
        service: one of COMPONENTS.
        address: URL of the API server.

    Raises:
        Unhealthy: the API server does not answer, or has not heard from the service for too long.
    """
    url = f"{address}/api/v2/monitor/health"
    try:
        with urlopen(url, timeout=TIMEOUT_SECONDS) as response:
            found = json.load(response)
    except (URLError, OSError, ValueError) as error:
        raise Unhealthy(
            f"{url} does not answer: {error}. Expected the health of {service};"
            " `docker compose logs api-server` says what it does."
        ) from error
    status = found.get(COMPONENTS[service], {}).get("status")
    if status != "healthy":
        raise Unhealthy(
            f"{service} is {status or 'unknown'}. Expected healthy; see `docker compose logs {service}`."
        )
