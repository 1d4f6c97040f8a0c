"""Our own pages from their templates; what a delivered file holds is escaped."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.pipeline.core.settings import declared
from include.pipeline.ui.headers import NOTHING, policy

FOLDER = Path(__file__).parent / "templates"
STYLE = (FOLDER / "pages.css").read_text(encoding="utf-8")
# The only style that a browser accepts, so that nothing in a page can add another. Frames show our files.
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
OWN_PAGE = policy(f"{NOTHING}; style-src 'sha256-{STYLE_HASH}'; frame-src 'self'")
MAX_CELL_CHARS = 300


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the page that a template makes of the values; its navigation leads to all pages."""
    root = request.scope["root_path"]
    here = request.url.path.removeprefix(f"{root}/").partition("/")[0]
    html = TEMPLATES.get_template(template).render(values, pipeline=declared(), root=root, here=here)
    return HTMLResponse(html, status, dict(OWN_PAGE))


def seconds_utc(timestamp: float) -> str:
    """Return a time of a file as a person reads it, in UTC."""
    return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S}"


def _visible(value: Any) -> Any:
    """Return a text with codes in place of control and invisible characters; None as a dash."""
    if value is None:
        return "–"
    if not isinstance(value, str):
        return value
    return type(value)("".join(s if s.isprintable() or s == "\n" else repr(s)[1:-1] for s in value))


def _brief(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_CELL_CHARS else f"{text[:MAX_CELL_CHARS]}…"


TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_visible,
)
TEMPLATES.globals["style"] = STYLE
TEMPLATES.filters["brief"] = _brief
