"""dbt's real builds over a small delivery."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from include.pipeline.core.settings import declared
from tests.dbt.pipeline import of_this_process
from tests.support.deliveries import Bench, array, events, users


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of dbt's artifacts, where Cosmos has it: below the project."""
    return tmp_path_factory.mktemp("project") / "target"


@pytest.fixture(scope="module")
def manifest(target: Path) -> Iterator[Manifest]:
    with of_this_process(target) as manifest:
        yield manifest


@pytest.fixture
def build(bench: Bench, manifest: Manifest, target: Path) -> Callable[[str], None]:
    """Return a function that has dbt build a model, with its tests, over a small delivery."""
    bench.deliver("users", users(9))
    bench.deliver("events", array(events(2)))

    def run(model: str) -> None:
        (target / "run_results.json").unlink(missing_ok=True)
        where = ("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project))
        arguments = ("--select", model, "--indirect-selection", "cautious")
        dbtRunner(manifest=manifest).invoke(
            ["--quiet", "build", *arguments, "--exclude-resource-type", "unit_test", *where]
        )

    return run
