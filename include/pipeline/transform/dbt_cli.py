"""Runs dbt on the build from the command line, as `make dbt` and the commands that rebuild do."""

import argparse
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml

from include.pipeline.core import build_state, diagnostics
from include.pipeline.core.errors import UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.engines.base import Engine
from include.pipeline.engines.chosen import engine, installed_engine
from include.pipeline.transform import artifacts, failures
from include.pipeline.transform.code_check import CodeCheck

# dbt's commands that only read the build, and those that need the project alone; all others change it.
READS_THE_BUILD = frozenset({"compile", "docs", "show", "source"})
NEEDS_NO_BUILD = frozenset({"clean", "debug", "deps", "init", "list", "ls", "parse"})

# As dbt takes them.
FULL_REFRESH = frozenset({"--full-refresh", "-f"})
SELECTS = frozenset({"--select", "-s", "--models", "-m", "--exclude", "--selector"})

# Folder of dbt's artifacts and log; by default they are in the dbt project.
TARGET_DIR = "MENTOR_DBT_TARGET_DIR"


class DbtFailed(UserFacingError):
    """dbt did not build everything."""


def run(run_id: str, arguments: list[str]) -> int:
    """Run dbt with these arguments on the build, in this terminal; return its exit code.

    Raises:
        WarehouseInvalid: there is no build for dbt to work on.
        UserFacingError: the build is damaged, or another process has it.
    """
    if not needs_build(arguments):
        return _run(installed_engine(), arguments).returncode
    return guarded(_dbt)(run_id, arguments).returncode


def needs_build(arguments: list[str]) -> bool:
    """Return whether dbt opens the build with these arguments, which only one process may do at a time."""
    command = _command(arguments)
    return bool(command) and command not in NEEDS_NO_BUILD and "--empty-catalog" not in arguments


def changes_build(arguments: list[str]) -> bool:
    """Return whether dbt may change the build with these arguments; so may a command not known here."""
    return needs_build(arguments) and _command(arguments) not in READS_THE_BUILD


def _command(arguments: list[str]) -> str:
    """The command among dbt's arguments, after its own options and their values; "" if there is none."""
    # Not at the top of the file: it takes a second.
    from dbt.cli.main import cli

    try:
        _, rest, _ = cli.make_parser(click.Context(cli)).parse_args([*arguments])
    except click.UsageError:
        # dbt may parse them differently.
        return "unknown"
    return str(rest[0]) if rest else ""


def build(run_id: str) -> str:
    """Build and test all models; return what was done.

    Raises:
        DbtFailed: a model or a test failed, or dbt could not start.
        WarehouseInvalid: there is no build for dbt to work on.
    """
    artifacts.forget_results(_artifacts())
    done = _dbt(
        run_id,
        ["--quiet", "build", "--exclude-resource-type", "unit_test"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        failed = failures.describe(_artifacts())
        raise DbtFailed("\n\n".join(failed.values()) or str(diagnostics.of_words(done.stdout) or done.stdout))
    return "dbt built and tested every model"


def _dbt(run_id: str, arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    """Run dbt; a command that changes the build revokes its state and, if it can, records a new one."""
    _require_build()
    if not changes_build(arguments):
        return _run(engine(), arguments, **how)
    check = CodeCheck()
    command = _command(arguments)
    is_build = command == "build" and SELECTS.isdisjoint(each.partition("=")[0] for each in arguments)
    # Before dbt begins, as it may be killed.
    if command != "test" and not is_build:
        check.forget()
    if is_build and (reason := check.begin(_variables(arguments))):
        arguments = _refreshing(arguments, reason)
    build_state.revoke_in(settings().build_path, f"`dbt {' '.join(arguments)}` began")
    done = _run(engine(), arguments, **how)
    reason = check.end(
        artifacts.read_code(_artifacts()), is_full_refresh=not FULL_REFRESH.isdisjoint(arguments)
    )
    if is_build and reason:
        done = _run(engine(), _refreshing(arguments, reason), **how)
    if not done.returncode and (audit := artifacts.read_audit(_artifacts())):
        build_state.record(run_id, **asdict(audit))
    return done


def _variables(arguments: list[str]) -> dict[str, Any]:
    """The variables on dbt's command line; none where dbt will refuse them."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vars", default="{}")
    try:
        variables = yaml.safe_load(parser.parse_known_args(arguments)[0].vars)
    except yaml.YAMLError:
        return {}
    return variables if isinstance(variables, dict) else {}


def _refreshing(arguments: list[str], reason: str) -> list[str]:
    """The arguments with which dbt builds all rows."""
    print(f"Full refresh: {reason}.", file=sys.stderr)
    return [*arguments, "--full-refresh"]


def _run(chosen: Engine, arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "DBT_PROJECT_DIR": str(declared().dbt_project),
        "DBT_PROFILES_DIR": str(declared().dbt_project),
        # As Cosmos names them: dbt parses the whole project again where they differ from the last parse.
        "DBT_PROFILE": declared().database,
        "DBT_TARGET": chosen.dbt_target,
        "DBT_TARGET_PATH": str(_target_path(chosen)),
    }
    if folder := os.environ.get(TARGET_DIR):
        environment["DBT_LOG_PATH"] = folder
    dbt = chosen.begin_dbt()
    done = subprocess.run([*dbt.program, *arguments], env=environment, **how)
    dbt.end(done.returncode)
    return done


def _target_path(chosen: Engine) -> Path:
    return Path(os.environ.get(TARGET_DIR) or "target") / chosen.dbt_artifacts


def _artifacts() -> Path:
    """The folder of dbt's artifacts; dbt takes a relative path from the project's folder."""
    return declared().dbt_project / _target_path(engine())


def _require_build() -> None:
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(
            f"{build} is missing. Expected a build with accepted rows; run `make ingest` and `make validate`."
        )
