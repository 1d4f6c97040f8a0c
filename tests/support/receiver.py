"""A receiver of alerts: a web server on this machine that keeps what it is sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver(ThreadingHTTPServer):
    """Takes what is posted to `address`.

    Attributes:
        alerts: what was posted, in order.
        status: the HTTP status of its answers.
        answering: while it is cleared, posts get no answer.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.alerts: list[dict[str, Any]] = []
        self.status = 200
        self.answering = threading.Event()
        self.answering.set()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/inbox"

    @property
    def titles(self) -> list[str]:
        return [alert["title"] for alert in self.alerts]

    def only(self) -> dict[str, Any]:
        """Return the one alert that has come, and forget it."""
        (alert,) = self.alerts
        self.alerts.clear()
        return alert


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.alerts.append(json.loads(content))
        self.server.answering.wait()
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for the length of the block."""
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.answering.set()
            receiver.shutdown()
