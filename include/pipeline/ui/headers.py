"""The headers of every answer: where a browser may show it, and that no cache may keep it."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Airflow's UI shows the pages in frames, and no other site may.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
# A file without scripts, which brings its styles and pictures along.
STATIC_FILE = f"{NOTHING}; style-src 'unsafe-inline'; img-src data:"
# A page with its scripts inside, such as dbt's docs. They run in a sandbox without an origin, so they cannot
# send requests to Airflow in the reader's name.
SCRIPTED_FILE = (
    f"{NOTHING}; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " script-src 'unsafe-inline'; sandbox allow-scripts"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


def policy(content: str) -> Mapping[str, str]:
    """Return the header that holds a policy of content."""
    return {"Content-Security-Policy": content}


class WithHeaders:
    """An application whose every answer has the headers, errors and redirects included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                headers.setdefault("Content-Security-Policy", NOTHING)
            await send(message)

        await self.app(scope, receive, send_with_headers)
