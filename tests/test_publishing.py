"""What dbt has not built and tested is not published, as typed: make ingest, validate, dbt, publish."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from tests.support.deployment import Deployment
from tests.support.scheduler import until

pytestmark = [pytest.mark.e2e, pytest.mark.smoke]

BUILD = ("dbt", "build", "--quiet", "--full-refresh", "--exclude-resource-type", "unit_test")
SOUND = "select * from decided\n"
# A request twice, which a test of the model finds.
DOUBLED = "select * from decided union all (select * from decided limit 1)\n"


def run(deployment: Deployment, *command: str) -> str:
    """Run a command that must end well; return what it says."""
    done = deployment.command(*command)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_failed_build_is_not_published(copy_of_project: Path, tmp_path: Path) -> None:
    """Not after a failed dbt, nor after a part of it, nor with other raw rows; after a whole build it is."""
    deployment = Deployment(tmp_path, copy_of_project, {"MENTOR_DATA_DIR": str(declared().sample_data)})
    for command in (("ingest", "--date", "2023-08-01"), ("validate",), BUILD, ("publish",), ("report",)):
        run(deployment, *command)
    before = deployment.outputs()

    def refuses(found: str) -> None:
        refused = deployment.command("publish")
        assert refused.returncode == 1, refused.stdout
        assert f"cannot be published: found that {found}" in refused.stdout
        assert "run `make run`, or `make dbt ARGS=build` and `make publish`" in refused.stdout
        assert "Traceback" not in refused.stdout
        assert deployment.outputs() == before

    model = copy_of_project / "include" / "dbt" / "models" / "intermediate" / "int_requests.sql"
    sound = model.read_text(encoding="utf-8")
    assert SOUND in sound
    model.write_text(sound.replace(SOUND, DOUBLED), encoding="utf-8")
    assert deployment.command(*BUILD).returncode != 0
    refuses("`dbt build` began, and dbt has not built and tested it since")
    model.write_text(sound, encoding="utf-8")
    run(deployment, "dbt", "run", "--quiet", "--select", "int_requests+")
    refuses("`dbt run` began, and dbt has not built and tested it since")

    # Someone publishes while dbt is at work: it waits for the whole build.
    building = subprocess.Popen(
        [sys.executable, "-m", "include.pipeline.cli", *BUILD],
        cwd=deployment.project,
        env={**os.environ, **deployment.variables()},
        stderr=subprocess.PIPE,
        text=True,
    )
    holder = deployment.folder / "warehouse" / "build" / "holder.json"
    until(lambda: json.loads(holder.read_text(encoding="utf-8"))["process"] == building.pid)
    published = run(deployment, "publish")
    assert building.wait() == 0
    assert "version 2" in published
    # Once more, as it is.
    assert "version 3" in run(deployment, "publish")
    run(deployment, "ingest", "--date", "2023-08-02")
    run(deployment, "validate")
    before = deployment.outputs()
    refuses("a delivery was accepted, and dbt has not built and tested it since")
