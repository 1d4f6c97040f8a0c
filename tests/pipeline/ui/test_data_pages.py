"""The published database, to look through and to save."""

import hashlib
from http.client import HTTPResponse
from urllib.request import Request, urlopen

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import Settings, settings
from include.pipeline.publish import publication, versions
from tests.pipeline.publish.test_publication import build
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.support.deliveries import Bench, publish

PAGE = "/mentoring/data/"


def saving(webserver: Server, address: str) -> HTTPResponse:
    """Return the answer to somebody who saves a file, before it is read."""
    cookie = f"_token={webserver.token('reader')}"
    return urlopen(Request(webserver.url + address, headers={"Cookie": cookie}), timeout=60)


def test_the_page_says_what_is_published(webserver: Server, bench: Bench) -> None:
    """The version that readers open, be it the newest or not, with its hash and its tables."""
    for number in (1, 2):
        build(bench, number)
        publish(f"run {number}")
    publication.roll_back(1)
    html = webserver.get(PAGE).text
    content = settings().published_path.read_bytes()
    assert f"Version 1 was published at {versions.find(1).manifest['published_at']} by run 1." in html
    assert hashlib.sha256(content).hexdigest() in html
    assert f"{len(content) / 1e6:.1f} MB" in html
    (listed,) = tables(html)
    assert ["reports.t", "1"] in listed and ["raw.users", "1"] in listed
    assert 'href="1/mentoring.duckdb"' in html


def test_what_is_saved_is_the_file(webserver: Server, bench: Bench) -> None:
    """Under its own name, with its size, so that a browser shows how far it is."""
    build(bench, 1)
    publish("a run")
    content = settings().published_path.read_bytes()
    with saving(webserver, f"{PAGE}1/mentoring.duckdb") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="mentoring.duckdb"'
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.read() == content


def test_a_run_that_publishes_does_not_disturb(
    webserver: Server, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is half saved goes on with the version it began with, even if that is removed."""
    monkeypatch.setenv("MENTOR_KEEP_VERSIONS", "1")
    build(bench, 1)
    with warehouse.connect(settings().build_path) as connection:
        connection.execute("create table marts.large as select random() as number from range(3_000_000)")
    expected = publish("a run").manifest["database"]
    assert expected["size_bytes"] > 20_000_000
    with saving(webserver, f"{PAGE}1/mentoring.duckdb") as answer:
        begun = answer.read(1000)
        build(bench, 2)
        publish("the next run")
        assert [version.number for version in versions.kept()] == [2]
        content = begun + answer.read()
    assert hashlib.sha256(content).hexdigest() == expected["sha256"]
    assert webserver.get(f"{PAGE}1/mentoring.duckdb").status == 404


@pytest.mark.parametrize("path", ["2/mentoring.duckdb", "1/manifest.json", "1/..", "x/mentoring.duckdb", "1"])
def test_nothing_else_is_saved(webserver: Server, bench: Bench, path: str) -> None:
    """Neither the manifest next to it nor a version that is not there."""
    build(bench, 1)
    publish("a run")
    assert webserver.get(f"{PAGE}{path}").status == 404


def test_before_the_first_publication_the_page_says_what_to_do(webserver: Server, folders: Settings) -> None:
    """There is not even a warehouse."""
    answer = webserver.get(PAGE)
    assert answer.status == 200
    assert "Nothing is published yet. Trigger the DAG" in answer.text


def test_a_database_of_parquet_is_not_saved(
    webserver: Server, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With engine spark it names files in the lake, and alone it has no row."""
    build(bench, 1)
    publish("a run")
    monkeypatch.setenv("MENTOR_LAKE", str(settings().warehouse_dir))
    monkeypatch.setenv("MENTOR_ENGINE", "spark")
    html = webserver.get(PAGE).text
    assert "names Parquet files in the lake" in html and "Save" not in html
