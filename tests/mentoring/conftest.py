"""The sample, built by the real models in this process."""

from datetime import date
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared, settings
from tests.dbt.pipeline import Pipeline, of_this_process

DATA_DATE = date(2023, 8, 1)


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the sample in raw and in every model."""
    with of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:
        warehouse = Pipeline(tmp_path_factory.mktemp("warehouse"), manifest)
        files = [declared().sample_data / source.file_name for source in declared().sources]
        warehouse.deliver({file.name: file.read_bytes() for file in files}, DATA_DATE)
        warehouse.build()
        return settings().build_path
