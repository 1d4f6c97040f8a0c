"""Airflow's own web server in this process, with logins, on a port of loopback."""

import functools
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest
import structlog
import uvicorn
from airflow.api_fastapi.common import http_access_log
from fastapi import FastAPI

# Name and role; one without a role has no right at all.
LOGINS = {"reader": "viewer", "operator": "op", "manager": "admin", "stranger": ""}
PASSWORD = "a password of the tests"


@dataclass(frozen=True)
class Answer:
    """What a server answers."""

    status: int
    headers: HTTPMessage
    text: str


@dataclass(frozen=True)
class Server:
    """A web server on a port of loopback."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """Send a request whose path is exactly this one, which a client with manners would tidy up."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.putheader("Content-Length", str(len((body or "").encode())))
            connection.endheaders((body or "").encode())
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def token(self, name: str) -> str:
        """Return the token that the login of this name gets."""
        body = json.dumps({"username": name, "password": PASSWORD})
        answer = self.ask("POST", "/auth/token", body, Content_Type="application/json")
        assert answer.status == 201, answer.text
        return json.loads(answer.text)["access_token"]

    def get(self, path: str, name: str | None = "reader") -> Answer:
        """Ask for a path as somebody who is logged in in a browser, or as nobody."""
        return self.ask("GET", path, **({"Cookie": f"_token={self.token(name)}"} if name else {}))


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve Airflow's API and UI for the length of the block; its logins are kept below `folder`."""
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps(dict.fromkeys(LOGINS, PASSWORD)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        users = ",".join(f"{name}:{role}" for name, role in LOGINS.items())
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "False")
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", users)
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
        patch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "a secret of the tests, and nobody else's " * 2)
        # It notes every request on the screen.
        patch.setattr(http_access_log, "logger", structlog.wrap_logger(structlog.ReturnLogger()))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = uvicorn.Server(_configuration())
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                while not server.started and thread.is_alive():
                    time.sleep(0.05)
                assert server.started
                yield Server(listening.getsockname()[1])
            finally:
                server.should_exit = True
                thread.join()


def _configuration() -> uvicorn.Config:
    # A browser that is closed in the middle of a request must not keep the tests from ending.
    return uvicorn.Config(_application(), log_level="warning", lifespan="off", timeout_graceful_shutdown=5)


@functools.cache
def _application() -> FastAPI:
    from airflow import settings
    from airflow.api_fastapi.app import create_app
    from airflow.models import import_all_models
    from airflow.models.base import Base

    application = create_app(apps="core")
    import_all_models()
    Base.metadata.create_all(settings.engine)
    return application
