"""What all tests share: their tiers, and settings that never touch the project's own files or Airflow."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from include.pipeline.core.settings import declared, load
from tests.support.command import typed
from tests.support.deliveries import Bench
from tests.support.needs import skip_without

# Before any test module imports Airflow, which reads its home once, at import.
_SCRATCH = tempfile.TemporaryDirectory(prefix="mentoring-tests-")
os.environ.update(
    AIRFLOW_HOME=f"{_SCRATCH.name}/airflow",
    MENTOR_ENGINE="duckdb",
    MENTOR_WAREHOUSE_DIR=f"{_SCRATCH.name}/warehouse",
    MENTOR_LAKE=f"{_SCRATCH.name}/lake",
    MENTOR_REPORT_DIR=f"{_SCRATCH.name}/reports",
    # No test sends an alert to a real address.
    MENTOR_ALERT_URL="",
    # What tests run on Java is short: optimizing it would take longer than running it.
    JDK_JAVA_OPTIONS="-XX:TieredStopAtLevel=1",
)
# What `source .venv/bin/activate` exports, for Airflow in this process and in those that tests start.
load()

TESTS_DIR = Path(__file__).resolve().parent
PROJECT_DIR = TESTS_DIR.parent
# The tier of every test in these folders; elsewhere a test has its own mark, or runs in `make test`.
TIER_OF_FOLDER = {"stack": "stack", "spark": "spark", "faults": "chaos"}
FAILURES_SHOWN = 10
REAL_DELIVERY = PROJECT_DIR.parent / "shared" / "data" / "mentoring"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder or fixture, before `-m` selects; start with those that take longest."""
    for item in items:
        if tier := TIER_OF_FOLDER.get(item.path.relative_to(TESTS_DIR).parts[0]):
            item.add_marker(tier)
        if "real_delivery" in getattr(item, "fixturenames", ()):
            item.add_marker("real")
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the command that runs each failed test alone."""
    stats = terminalreporter.stats
    failed = sorted({report.nodeid for report in (*stats.get("failed", ()), *stats.get("error", ()))})
    if failed:
        terminalreporter.section("to run one of them alone")
    for nodeid in failed[:FAILURES_SHOWN]:
        terminalreporter.write_line(f'make test ARGS="{typed(nodeid)}"')


@pytest.fixture(scope="session")
def real_delivery() -> Path:
    """Return the folder of a real delivery, which is not part of the project."""
    if not REAL_DELIVERY.is_dir():
        pytest.skip("no real delivery lies next to the project, in ../shared/data/mentoring")
    return REAL_DELIVERY


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a real browser, to open what people open."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        skip_without("browser", "no chromium is installed to open a page with")
    # A page loads its texts separately, which takes more than five seconds on a busy machine.
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            # So that root can start it too, and without background requests.
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a warehouse in a temporary folder."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_REPORT_DIR", str(tmp_path / "reports"))
    load()
    inbox = tmp_path / "in"
    inbox.mkdir()
    return Bench(inbox)


@pytest.fixture
def sample(bench: Bench) -> Path:
    """Return the folder of the warehouse's deliveries with a copy of the sample in it, to break."""
    for source in declared().sources:
        shutil.copy(declared().sample_data / source.file_name, bench.folder)
    return bench.folder


@pytest.fixture
def copy_of_project(tmp_path: Path) -> Path:
    """Return a copy of the checkout, for tests that break its models."""
    copy = tmp_path / "project"
    for name in ("dags", "include", "plugins"):
        shutil.copytree(PROJECT_DIR / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "logs"))
    shutil.copy(PROJECT_DIR / ".env", copy)
    return copy
