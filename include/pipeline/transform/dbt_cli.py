"""Runs dbt on the build from the command line, as `make dbt` and the commands that rebuild do."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from include.pipeline.core import build_state, diagnostics
from include.pipeline.core.errors import MentoringError, WarehouseInvalid
from include.pipeline.core.settings import SPARK, declared, settings
from include.pipeline.engines.spark.storage import dbt_tables
from include.pipeline.transform import failures

# dbt's commands that change the build, those that only read it, and those that need the project alone.
CHANGES_THE_BUILD = frozenset({"build", "clone", "retry", "run", "run-operation", "seed", "snapshot", "test"})
READS_THE_BUILD = frozenset({"compile", "docs", "freshness", "show", "source"})
NEEDS_NO_BUILD = frozenset({"clean", "debug", "deps", "init", "list", "ls", "parse"})


class DbtFailed(MentoringError):
    """dbt did not build everything."""


def run(run_id: str, arguments: list[str]) -> int:
    """Run dbt with these arguments on the build, in this terminal; return its exit code.

    Raises:
        WarehouseInvalid: there is no build for dbt to work on.
    """
    return _dbt(run_id, arguments).returncode


def needs_build(arguments: list[str]) -> bool:
    """Return whether dbt opens the build with these arguments, which only one process may do at a time."""
    return _command(arguments) in CHANGES_THE_BUILD | READS_THE_BUILD and "--empty-catalog" not in arguments


def _command(arguments: list[str]) -> str | None:
    """The command among dbt's arguments; flags may stand before it."""
    commands = CHANGES_THE_BUILD | READS_THE_BUILD | NEEDS_NO_BUILD
    return next((argument for argument in arguments if argument in commands), None)


def build(run_id: str) -> str:
    """Build and test all models; return what was done.

    Raises:
        DbtFailed: a model or a test failed, or dbt could not begin.
        WarehouseInvalid: there is no build for dbt to work on.
    """
    done = _dbt(
        run_id,
        ["--quiet", "build", "--exclude-resource-type", "unit_test"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        failed = failures.describe(_target())
        raise DbtFailed("\n\n".join(failed.values()) or str(diagnostics.of_words(done.stdout) or done.stdout))
    return "dbt built and tested every model"


def _dbt(run_id: str, arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    """Run dbt; a command that changes the build takes its state away and, if it can, gives it a new one."""
    if not needs_build(arguments):
        return _on_duckdb(arguments, **how)
    _require_build()
    before = build_state.last_invocation(_target())
    if _command(arguments) in CHANGES_THE_BUILD:
        build_state.revoke_in(settings().build_path, f"`dbt {' '.join(arguments)}` began")
    dbt = _on_spark if settings().engine == SPARK else _on_duckdb
    done = dbt(arguments, **how)
    if not done.returncode:
        build_state.record(run_id, _target(), after=before)
    return done


def _on_duckdb(arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    program = str(Path(sys.executable).with_name("dbt"))
    return subprocess.run([program, *arguments], env=_environment("build"), **how)


def _on_spark(arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    folder = dbt_tables.begin()
    environment = {**_environment(SPARK), "DBT_TARGET_PATH": str(_target())}
    done = subprocess.run([*dbt_tables.program(folder), *arguments], env=environment, **how)
    dbt_tables.end(folder, is_finished=not done.returncode)
    return done


def _environment(target: str) -> dict[str, str]:
    return {
        **os.environ,
        "DBT_PROJECT_DIR": str(declared().dbt_project),
        "DBT_PROFILES_DIR": str(declared().dbt_project),
        # As Cosmos names them: dbt parses the whole project again where they differ from the last parse.
        "DBT_PROFILE": declared().database,
        "DBT_TARGET": target,
    }


def _target() -> Path:
    """The folder of dbt's artifacts: each engine's dbt would parse the whole project after the other's."""
    target = Path(os.environ.get("DBT_TARGET_PATH", declared().dbt_project / "target"))
    return target / SPARK if settings().engine == SPARK else target


def _require_build() -> None:
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(
            f"{build} is missing. Expected a build with accepted rows; run `make ingest` and `make validate`."
        )
