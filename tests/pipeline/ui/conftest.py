"""Airflow's web server, and folders of its own for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pipeline.core import lock
from include.pipeline.core.settings import Settings, declared, load, settings
from include.pipeline.orchestration import stages
from include.pipeline.quality.validate import validate
from tests.pipeline.ui.webserver import Server, serving


# Of a module, for its logins are variables of this process, which other tests hand on to theirs.
@pytest.fixture(scope="module")
def webserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return Airflow's web server with the project's plugins."""
    with serving(tmp_path_factory.mktemp("webserver")) as server:
        yield server


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a warehouse and a folder of reports that are empty."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_REPORT_DIR", str(tmp_path / "reports"))
    load()
    return settings()


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse whose gate has judged the sample, accepted it and published its raw layer."""
    folder = tmp_path_factory.mktemp("judged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTOR_WAREHOUSE_DIR", str(folder))
        patch.setenv("MENTOR_DATA_DIR", str(declared().sample_data))
        received = stages.receive("the sample", "2023-08-01")
        for source in declared().source_names:
            stages.land("the sample", source, received)
        validate("the sample")
        stages.accept("the sample")
        lock.release("the sample")
        shutil.copyfile(settings().build_path, settings().published_path)
    return folder


@pytest.fixture
def sample(judged: Path, folders: Settings) -> Settings:
    """Return the settings of a copy of that warehouse."""
    shutil.copytree(judged, folders.warehouse_dir, symlinks=True)
    return folders
