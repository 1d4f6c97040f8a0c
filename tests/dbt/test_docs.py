"""`dbt docs generate` without a network: all of it is made, and its page asks for nothing outside."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from playwright.sync_api import Browser

# The discard port, on which nothing listens here.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def docs(
    built: Path,
    dbt: Callable[..., CompletedProcess[str]],
    target: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a folder with what `dbt docs generate --static` wrote while every proxy led nowhere."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, NOWHERE)
            patch.setenv(name.upper(), NOWHERE)
        for name in ("no_proxy", "NO_PROXY"):
            patch.delenv(name, raising=False)
        made = dbt("docs", "generate", "--static")
    assert made.returncode == 0, made.stdout
    folder = tmp_path_factory.mktemp("docs")
    for name in ("catalog.json", "manifest.json", "static_index.html"):
        shutil.copy(target / name, folder)
    return folder


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_catalog_has_every_model_and_column(docs: Path) -> None:
    """Each model and each table of raw, with each described column and the type that it has in the build."""
    catalog, manifest = read(docs / "catalog.json"), read(docs / "manifest.json")
    assert not catalog["errors"]
    found = {**catalog["nodes"], **catalog["sources"]}
    models = {key: node for key, node in manifest["nodes"].items() if key.startswith(("model.", "seed."))}
    assert models and manifest["sources"]
    for key, node in {**models, **manifest["sources"]}.items():
        types = {name: column["type"].lower() for name, column in found[key]["columns"].items()}
        assert types == {name: column["data_type"] for name, column in node["columns"].items()}, key


def test_the_page_does_not_track_its_readers(docs: Path) -> None:
    """dbt's page sends what is read to a collector, unless the manifest in it says otherwise."""
    assert read(docs / "manifest.json")["metadata"]["send_anonymous_usage_stats"] is False


def test_the_page_opens_without_a_network(docs: Path, browser: Browser) -> None:
    """One file, from the disk: it shows a model with its columns and asks nobody for anything."""
    asked: list[str] = []
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{(docs / 'static_index.html').as_uri()}#!/model/model.mentoring.rpt_rebooking")
    page.get_by_text("rebooking_rate_pct").first.wait_for()
    text = page.inner_text("body")
    context.close()
    assert "rpt_rebooking" in text
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}


def test_the_build_itself_carries_the_descriptions(built: Path, manifest: dict[str, Any]) -> None:
    """A reader without dbt finds the description of each table and column as its comment."""
    with duckdb.connect(built, read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns()"
        ).fetchall()
    comments = {tuple(names): comment for *names, comment in tables + columns}
    models = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    assert models
    for model in models:
        table = (model["schema"], model["name"])
        assert comments[table] == model["description"], table
        for name, column in model["columns"].items():
            assert comments[*table, name] == column["description"], (*table, name)
