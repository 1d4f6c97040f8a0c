"""dbt from the command line: which commands lock and change the build, and what a failed one says."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core import build_state
from include.pipeline.core.diagnostics import DatabaseDamaged
from include.pipeline.core.errors import UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.maintenance import build_copies
from include.pipeline.quality import dbt_results
from include.pipeline.transform import dbt_cli
from tests.support.deliveries import Bench, audit, users

RUN = "a_run"


@pytest.mark.parametrize(
    ("arguments", "needs", "changes"),
    [
        ("build", True, True),
        ("--quiet run -s +fct_sessions", True, True),
        ("--log-level debug build", True, True),
        ("--log-level=debug test", True, True),
        ("--target build docs generate", True, False),
        ("-t build compile", True, False),
        ("source freshness", True, False),
        ("run-operation some_macro", True, True),
        ("docs generate --empty-catalog", False, False),
        ("--log-level debug parse --quiet", False, False),
        ("ls --resource-type test", False, False),
        # A copy of the build takes these.
        ("--target dev build", False, False),
        ("run -s fct_sessions -t dev", False, False),
        ("--version", False, False),
        ("", False, False),
        # In doubt the build is locked and its state taken; dbt refuses these itself.
        ("--no-such-option docs generate", True, True),
        ("no-such-command", True, True),
    ],
)
def test_the_command_is_what_dbt_takes_for_it(arguments: str, needs: bool, changes: bool) -> None:
    """Options and their values may stand before it, and may be named as commands are."""
    assert dbt_cli.needs_build(arguments.split()) is needs
    assert dbt_cli.changes_build(arguments.split()) is changes


def test_the_copy_of_target_dev_stays_until_a_fresh_one_is_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command that opens it finds one; without that target there is nothing to make."""
    ran: list[Any] = []
    done = subprocess.CompletedProcess([], returncode=7)
    monkeypatch.setattr(dbt_cli, "_run", lambda *arguments: ran.append(arguments) or done)
    copy = build_copies.path(build_copies.DEV)
    with pytest.raises(WarehouseInvalid, match="Expected a build to copy"):
        dbt_cli.run(RUN, ["run", "--target", "dev"])
    bench.deliver("users", users(1))
    assert dbt_cli.run(RUN, ["ls", "--target=dev"]) == 7
    assert not copy.exists()
    assert dbt_cli.run(RUN, ["run", "-t", "dev"]) == 7
    copy.write_text("worked in")
    dbt_cli.run(RUN, ["run", "--target", "dev"])
    assert copy.read_text() == "worked in"
    dbt_cli.run(RUN, ["run", "--target", "dev"], is_fresh=True)
    assert copy.read_bytes() == settings().build_path.read_bytes()
    assert {variables["DBT_TARGET_PATH"] for *_, variables in ran} == {"target/dev"}
    with pytest.raises(UserFacingError, match="found no TARGET=dev"):
        dbt_cli.run(RUN, ["run"], is_fresh=True)


def test_a_damaged_build_is_reported_and_marked(bench: Bench) -> None:
    """`make dbt` ends in a message, as the other stages do, and the next run heals the build."""
    bench.deliver("users", users(1))
    settings().build_path.write_bytes(b"no database" * 999)
    with pytest.raises(DatabaseDamaged, match="run again, which restores it"):
        dbt_cli.run(RUN, ["build"])
    assert build_state.is_damaged()


def test_results_of_an_earlier_dbt_are_not_reported_as_those_of_this_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where dbt cannot begin, its own words are the reason; what an earlier one left may be cut off, too."""
    bench.deliver("users", users(1))
    audit(RUN)
    monkeypatch.setenv("MENTOR_DBT_TARGET_DIR", str(tmp_path))
    monkeypatch.setenv("DBT_LOG_FORMAT", "nonsense")
    model = {"resource_type": "model", "name": "earlier", "original_file_path": "earlier.sql"}
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": {"model.earlier": model}}))
    result = {"unique_id": "model.earlier", "status": "error", "message": "An earlier failure"}
    whole = json.dumps({"metadata": {"invocation_id": "earlier"}, "results": [result]})
    for left in (whole, whole[:40]):
        (tmp_path / "run_results.json").write_text(left)
        with pytest.raises(dbt_cli.DbtFailed, match="nonsense") as failed:
            dbt_cli.build(RUN)
        assert "An earlier failure" not in str(failed.value)
        assert not dbt_results.folder().exists()
    with pytest.raises(WarehouseInvalid, match="found that `dbt --quiet build"):
        build_state.require(RUN)
