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

from include.pipeline.core import build_state, diagnostics, lock
from include.pipeline.core.errors import UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.engines.base import Engine
from include.pipeline.engines.chosen import engine, installed_engine
from include.pipeline.maintenance import build_copies
from include.pipeline.maintenance.build_copies import DEV
from include.pipeline.transform import artifacts, build_results, failures
from include.pipeline.transform.code_check import CodeCheck

# dbt's commands that only read the build, and those that need the project alone; all others change it.
READS_THE_BUILD = frozenset({"compile", "docs", "show", "source"})
NEEDS_NO_BUILD = frozenset({"clean", "debug", "deps", "init", "list", "ls", "parse"})

# As dbt takes them.
FULL_REFRESH = frozenset({"--full-refresh", "-f"})
SELECTS = frozenset({"--select", "-s", "--models", "-m", "--exclude", "--selector"})
RESOURCE_TYPES = frozenset({"--resource-type", "--exclude-resource-type"})
# They test code, and some need tables that a first build does not have.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")

# Folder of dbt's artifacts and log; by default they are in the dbt project.
TARGET_DIR = "MENTOR_DBT_TARGET_DIR"


class DbtFailed(UserFacingError):
    """dbt did not build everything."""


def run(run_id: str, arguments: list[str], *, is_fresh: bool = False) -> int:
    """Run dbt with these arguments on the build, in this terminal; return its exit code.

    With target dev it runs on a copy, and neither the build nor the artifacts of other runs change.

    Args:
        run_id: of the command.
        arguments: of dbt.
        is_fresh: copy the build for target dev even if there is a copy.

    Raises:
        WarehouseInvalid: there is no build for dbt to work on.
        UserFacingError: the build is damaged, or another process has it.
    """
    if _is_for_dev(arguments):
        return _run_on_copy(run_id, arguments, is_fresh=is_fresh)
    if is_fresh:
        raise UserFacingError("FRESH=yes has nothing to copy: found no TARGET=dev. Expected both; add it.")
    if not needs_build(arguments):
        return _run(installed_engine(), arguments).returncode
    return guarded(_dbt)(run_id, arguments).returncode


def needs_build(arguments: list[str]) -> bool:
    """Return whether dbt opens the build with these arguments, which only one process may do at a time."""
    return _opens_database(arguments) and not _is_for_dev(arguments)


def changes_build(arguments: list[str]) -> bool:
    """Return whether dbt may change the build with these arguments; so may a command not known here."""
    return needs_build(arguments) and _command(arguments) not in READS_THE_BUILD


def _opens_database(arguments: list[str]) -> bool:
    command = _command(arguments)
    return bool(command) and command not in NEEDS_NO_BUILD and "--empty-catalog" not in arguments


def _is_for_dev(arguments: list[str]) -> bool:
    return _value(arguments, "--target", "-t") == DEV


def _run_on_copy(run_id: str, arguments: list[str], *, is_fresh: bool) -> int:
    is_absent = not build_copies.path(DEV).exists()
    if _opens_database(arguments) and (is_fresh or is_absent):
        with diagnostics.explained(), lock.held(run_id, lambda text: print(text, file=sys.stderr)):
            build_copies.make(DEV)
    return _run(installed_engine(), arguments, {"DBT_TARGET_PATH": str(_target_dir() / DEV)}).returncode


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
    done = _dbt(
        run_id,
        ["--quiet", "build"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        failed = failures.describe(_artifacts())
        raise DbtFailed("\n\n".join(failed.values()) or str(diagnostics.of_words(done.stdout) or done.stdout))
    return "dbt built and tested every model"


def build_copy(target: str) -> "tuple[subprocess.CompletedProcess[str], Path]":
    """Build all rows of every model in a copy of the build, and test them.

    Args:
        target: of the copy.

    Returns:
        How dbt ended, with its output, and the folder of its artifacts, next to the copy.
    """
    folder = build_copies.folder(target) / "dbt"
    done = _run(
        installed_engine(),
        ["--quiet", "build", "--full-refresh", *NO_UNIT_TESTS],
        {"DBT_TARGET": target, "DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done, folder


def _dbt(run_id: str, arguments: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    """Run dbt; a command that changes the build revokes its state and, if it can, records a new one.

    The results of a whole build are kept.
    """
    _require_build()
    if not changes_build(arguments):
        return _run(engine(), arguments, **how)
    check = CodeCheck()
    command = _command(arguments)
    is_build = command == "build" and SELECTS.isdisjoint(each.partition("=")[0] for each in arguments)
    # Before dbt begins, as it may be killed.
    if command != "test" and not is_build:
        check.forget()
    if is_build:
        artifacts.forget_results(_artifacts())
    if is_build and (reason := check.begin(_variables(arguments))):
        arguments = _refreshing(arguments, reason)
    build_state.revoke_in(settings().build_path, f"`dbt {' '.join(arguments)}` began")
    if is_build and RESOURCE_TYPES.isdisjoint(each.partition("=")[0] for each in arguments):
        arguments = [*arguments, *NO_UNIT_TESTS]
    done = _run(engine(), arguments, **how)
    reason = check.end(
        artifacts.read_code(_artifacts()), is_full_refresh=not FULL_REFRESH.isdisjoint(arguments)
    )
    if is_build and reason:
        done = _run(engine(), _refreshing(arguments, reason), **how)
    if is_build:
        build_results.record(run_id, _artifacts())
    if not done.returncode and (audit := artifacts.read_audit(_artifacts())):
        build_state.record(run_id, **asdict(audit))
    return done


def _variables(arguments: list[str]) -> dict[str, Any]:
    """The variables on dbt's command line; none where dbt will refuse them."""
    try:
        variables = yaml.safe_load(_value(arguments, "--vars") or "{}")
    except yaml.YAMLError:
        return {}
    return variables if isinstance(variables, dict) else {}


def _value(arguments: list[str], *names: str) -> str | None:
    """The value of an option of dbt's; None where it is not given."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(*names, dest="value", nargs="?")
    value: str | None = parser.parse_known_args(arguments)[0].value
    return value


def _refreshing(arguments: list[str], reason: str) -> list[str]:
    """The arguments with which dbt builds all rows."""
    print(f"Full refresh: {reason}.", file=sys.stderr)
    return [*arguments, "--full-refresh"]


def _run(
    chosen: Engine, arguments: list[str], variables: dict[str, str] | None = None, **how: Any
) -> "subprocess.CompletedProcess[str]":
    """Run dbt; `variables` replace those of its environment."""
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
    done = subprocess.run([*dbt.program, *arguments], env=environment | (variables or {}), **how)
    dbt.end(done.returncode)
    return done


def _target_path(chosen: Engine) -> Path:
    return _target_dir() / chosen.dbt_artifacts


def _target_dir() -> Path:
    return Path(os.environ.get(TARGET_DIR) or "target")


def _artifacts() -> Path:
    """The folder of dbt's artifacts; dbt takes a relative path from the project's folder."""
    return declared().dbt_project / _target_path(engine())


def _require_build() -> None:
    build = settings().build_path
    if not build.exists():
        raise WarehouseInvalid(
            f"{build} is missing. Expected a build with accepted rows; run `make ingest` and `make validate`."
        )
