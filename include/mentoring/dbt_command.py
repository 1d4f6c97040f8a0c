"""Runs dbt on the build from the command line, as `make dbt` and the commands that rebuild do."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from include.mentoring import faults
from include.mentoring.errors import MentoringError, WarehouseInvalid
from include.mentoring.lake import tables
from include.mentoring.settings import DBT_PROJECT_DIR, SPARK, settings
from include.mentoring.transform import failures


class DbtFailed(MentoringError):
    """dbt did not build everything."""


def run(arguments: list[str]) -> int:
    """Run dbt with these arguments on the build, in this terminal; return its exit code.

    Raises:
        WarehouseInvalid: there is no build for dbt to work on.
    """
    _require_build()
    return _dbt(arguments).returncode


def build() -> str:
    """Build and test all models; return what was done.

    Raises:
        DbtFailed: a model or a test failed, or dbt could not begin.
        WarehouseInvalid: there is no build for dbt to work on.
    """
    _require_build()
    done = _dbt(
        ["--quiet", "build", "--exclude-resource-type", "unit_test"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        failed = failures.describe(_target())
        raise DbtFailed("\n\n".join(failed.values()) or str(faults.of_words(done.stdout) or done.stdout))
    return "dbt built and tested every model"


def _dbt(arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    if settings().engine != SPARK:
        return subprocess.run([str(Path(sys.executable).with_name("dbt")), *arguments], **how)
    folder = tables.begin()
    environment = {**os.environ, "DBT_TARGET": SPARK, "DBT_TARGET_PATH": str(_target())}
    done = subprocess.run([*tables.program(folder), *arguments], env=environment, **how)
    tables.end(folder, is_finished=not done.returncode)
    return done


def _target() -> Path:
    """The folder of dbt's artifacts: each engine's dbt would parse the project anew after the other's."""
    target = Path(os.environ.get("DBT_TARGET_PATH", DBT_PROJECT_DIR / "target"))
    return target / SPARK if settings().engine == SPARK else target


def _require_build() -> None:
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(
            f"{build} is missing. Expected a build with accepted rows; run `make ingest` and `make validate`."
        )
