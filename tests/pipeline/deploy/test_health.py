"""A service is healthy when the API server says so."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from include.pipeline.deploy import health

ALL = {name: {"status": "healthy"} for name in ("metadatabase", "scheduler", "triggerer", "dag_processor")}


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a server that gives the parameter as the health of Airflow."""
    answer: dict[str, Any] = request.param

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/v2/monitor/health" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("address", [ALL], indirect=True)
@pytest.mark.parametrize("service", health.COMPONENTS)
def test_a_healthy_service_passes(service: str, address: str) -> None:
    """Each service is known to the API server by a name of its own."""
    health.check(service, address)


@pytest.mark.parametrize(
    "address",
    [{**ALL, "scheduler": {"status": "unhealthy"}}, {**ALL, "scheduler": {"status": None}}],
    indirect=True,
)
def test_a_service_without_a_sign_of_life_fails(address: str) -> None:
    """It is named, with where to look; the others are well."""
    with pytest.raises(health.Unhealthy, match=r"Expected healthy; see `docker compose logs scheduler`"):
        health.check("scheduler", address)
    health.check("triggerer", address)


def test_an_api_server_that_does_not_answer_fails() -> None:
    """Nothing is known of any service then."""
    with pytest.raises(health.Unhealthy, match=r"does not answer: .*`docker compose logs api-server`"):
        health.check("api-server", "http://127.0.0.1:9")
