"""Who may see the pages, and the headers of every response."""

import pytest

from include.pipeline.core.settings import Settings
from include.pipeline.ui import quality_pages
from include.pipeline.ui.app import app
from tests.pipeline.ui.webserver import Answer, Server

# An address of each route; reports/a-run is there, what is asked of it not always.
ADDRESSES = {
    "/": "/mentoring/",
    "/reports": "/mentoring/reports",
    "/reports/": "/mentoring/reports/",
    "/reports/{run}/": "/mentoring/reports/a-run/",
    "/reports/{run}/{file}": "/mentoring/reports/a-run/tier_report.html",
    "/quality": "/mentoring/quality",
    "/quality/": "/mentoring/quality/",
    "/models": "/mentoring/models",
    "/models/": "/mentoring/models/",
    "/data": "/mentoring/data",
    "/data/": "/mentoring/data/",
    "/data/{number}/{file}": "/mentoring/data/1/mentoring.duckdb",
    "/dbt": "/mentoring/dbt",
    "/dbt/": "/mentoring/dbt/",
    "/dbt/docs": "/mentoring/dbt/docs",
    "/{path:path}": "/mentoring/no/such/page",
}
PAGES = [
    "/mentoring/reports/",
    "/mentoring/reports/a-run/tier_report.html",
    "/mentoring/reports/a-run/",
    "/mentoring/quality/",
    "/mentoring/models/",
    "/mentoring/data/",
    "/mentoring/data/1/mentoring.duckdb",
]
SECRET = "known to readers only"


@pytest.fixture(autouse=True)
def files(folders: Settings) -> None:
    """A report and a database that not everybody may read."""
    for path in (
        folders.report_dir / "a-run" / "tier_report.html",
        folders.versions_dir / "1" / "mentoring.duckdb",
    ):
        path.parent.mkdir(parents=True)
        path.write_text(SECRET, encoding="utf-8")
    (folders.versions_dir / "1" / "manifest.json").write_text("{}", encoding="utf-8")


def has_headers(answer: Answer) -> bool:
    """Return whether the answer forbids what nobody needs."""
    policy = answer.headers["Content-Security-Policy"]
    return (
        all(
            rule in policy.split("; ")
            for rule in (
                "default-src 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'self'",
            )
        )
        and answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.headers["Referrer-Policy"] == "no-referrer"
        and answer.headers["Cache-Control"] == "private, no-store"
    )


def test_every_route_is_asked_for() -> None:
    """The tests below know an address of every route, so a new one is tested too."""
    assert {route.path for route in app.app.routes} == ADDRESSES.keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ADDRESSES.values())
def test_nobody_sees_anything(webserver: Server, address: str) -> None:
    """Without a login each address says 401, the unknown one too, and where one logs in."""
    answer = webserver.get(address, None)
    assert answer.status == 401
    assert has_headers(answer)
    assert SECRET not in answer.text
    assert 'href="/auth/login?next=' in answer.text


@pytest.mark.parametrize("address", ADDRESSES.values())
def test_a_login_without_the_right_sees_nothing(webserver: Server, address: str) -> None:
    """A login that may not read the DAG gets 403 of each address."""
    answer = webserver.get(address, "stranger")
    assert answer.status == 403
    assert has_headers(answer)
    assert SECRET not in answer.text


@pytest.mark.parametrize("address", PAGES)
def test_who_may_read_the_dag_sees_the_pages(webserver: Server, address: str) -> None:
    """By the cookie that the UI's login leaves, and by the token of a program."""
    token = webserver.token("reader")
    for headers in ({"Cookie": f"_token={token}"}, {"Authorization": f"Bearer {token}"}):
        answer = webserver.ask("GET", address, **headers)
        assert answer.status == 200
        assert has_headers(answer)


@pytest.mark.parametrize("token", ["", "no.token.at-all"])
def test_what_is_no_token_opens_nothing(webserver: Server, token: str) -> None:
    """Neither as a cookie nor as a bearer's."""
    for headers in ({"Cookie": f"_token={token}"}, {"Authorization": f"Bearer {token}"}):
        answer = webserver.ask("GET", PAGES[1], **headers)
        assert answer.status in (401, 403)
        assert has_headers(answer)
        assert SECRET not in answer.text


@pytest.mark.parametrize(
    "path", ["docs", "redoc", "openapi.json", "docs/oauth2-redirect", "no/such/page", "%00"]
)
def test_there_are_no_other_pages(webserver: Server, path: str) -> None:
    """FastAPI's own descriptions of the application are off."""
    answer = webserver.get(f"/mentoring/{path}")
    assert answer.status == 404
    assert has_headers(answer)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_the_pages_take_nothing(webserver: Server, method: str) -> None:
    """Any method but GET is refused, and the same whether there is such a page or not."""
    for address in (*PAGES, "/mentoring/no/such/page"):
        answer = webserver.ask(method, address)
        assert answer.status == 405
        assert has_headers(answer)
        assert SECRET not in answer.text


def test_the_short_addresses_lead_to_the_pages(webserver: Server) -> None:
    """The links of a page count from its address, which ends in a stroke."""
    for address, target in (
        ("/mentoring/", "reports/"),
        ("/mentoring/reports", "reports/"),
        ("/mentoring/quality", "quality/"),
        ("/mentoring/models", "models/"),
        ("/mentoring/data", "data/"),
        ("/mentoring/dbt", "dbt/"),
    ):
        answer = webserver.get(address)
        assert (answer.status, answer.headers["Location"]) == (307, target)
        assert has_headers(answer)


def test_an_error_of_ours_goes_to_the_log_alone(webserver: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of an error has the headers and no word of the error."""

    def broken() -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(quality_pages.ledgers, "read", broken)
    answer = webserver.get("/mentoring/quality/")
    assert answer.status == 500
    assert has_headers(answer)
    assert SECRET not in answer.text
    assert "the log of the API server says why" in answer.text
