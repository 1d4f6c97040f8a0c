"""What is kept of a build: of each model and test whether it passed, with a few failing rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline.core.settings import settings
from include.pipeline.quality import dbt_results
from include.pipeline.quality.dbt_results import NodeResult
from include.pipeline.transform import build_results
from tests.pipeline.transform.test_failures import damage, double_users

UNIQUE = "unique combination: load_id, user_id"


def recorded(target: Path) -> dict[str, NodeResult]:
    """Record the build and return what is kept of each node, by the name that people read."""
    build_results.record("a run", target)
    results = dbt_results.read(dbt_results.folder() / "a-run.json")
    assert (results.run_id, results.is_trial) == ("a run", False) and results.invocation_id
    return {node.name: node for node in results.nodes}


def test_a_good_build_is_kept_with_its_seconds_and_rows(build: Callable[[str], None], target: Path) -> None:
    """Of a model the rows of its table, of a test that none failed."""
    build("stg_users")
    nodes = recorded(target)
    model, test = nodes["stg_users"], nodes[UNIQUE]
    assert (model.kind, model.subject, model.outcome, model.rows) == (
        "model",
        "staging.stg_users",
        "passed",
        9,
    )
    assert 0 < model.seconds < 60
    assert (test.kind, test.subject, test.outcome, test.failed_rows) == (
        *("test", "staging.stg_users", "passed"),
        0,
    )
    assert (model.severity, test.severity) == (None, "critical")
    assert (model.owner, test.owner) == ("data-platform", "data-platform")
    assert (model.message, test.message) == ("", "")


def test_a_failed_test_is_kept_with_rows(build: Callable[[str], None], target: Path) -> None:
    """Their number, and a few of them as text: the next build drops the table that has them."""
    double_users(7)
    build("stg_users")
    test = recorded(target)[UNIQUE]
    assert (test.outcome, test.failed_rows) == ("failed", 7)
    assert "5 of 7 failing rows:\n  load_id=1, user_id=1, rows_found=2\n" in test.message


def test_a_broken_model_is_kept_with_its_reason(
    build: Callable[[str], None], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows it did not run; a message as long as the SQL of a model is truncated."""
    monkeypatch.setattr(build_results, "MAX_MESSAGE_CHARS", 200)
    damage("alter table raw.events drop column event_type")
    build("stg_events int_events")
    nodes = recorded(target)
    broken, after = nodes["stg_events"], nodes["int_events"]
    assert (broken.outcome, broken.rows) == ("failed", None)
    assert "Binder Error" in broken.message and len(broken.message) == 201
    assert (after.outcome, after.rows, after.message) == ("not run", None, "")


def test_a_warning_is_kept_as_one(build: Callable[[str], None], target: Path) -> None:
    """Its severity is the gate's word for it, and its message the count."""
    build("+int_events +dim_users")
    test = recorded(target)["relationships: user_id"]
    assert (test.outcome, test.severity, test.failed_rows) == ("warned", "warning", 2)
    assert (test.subject, test.message) == (
        "intermediate.int_events",
        "Got 2 results, configured to warn if != 0",
    )


def test_a_build_that_came_to_no_model_leaves_what_was_kept(
    build: Callable[[str], None], target: Path
) -> None:
    """dbt leaves no results of an error in a file or a connection."""
    build("stg_users")
    kept = recorded(target)
    (target / "run_results.json").unlink()
    assert recorded(target) == kept


def test_a_build_that_cannot_be_read_has_no_rows(build: Callable[[str], None], target: Path) -> None:
    """The results are kept all the same."""
    build("stg_users")
    settings().build_path.write_bytes(b"no database" * 999)
    assert recorded(target)["stg_users"].rows is None
