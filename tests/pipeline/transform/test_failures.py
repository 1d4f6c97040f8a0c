"""Why a build of dbt failed is in the task's error: the rows that fail a test, the SQL that does not run."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline.core import warehouse
from include.pipeline.core.settings import settings
from include.pipeline.transform import failures
from include.pipeline.transform.failures import BuildFailed
from tests.support.deliveries import Bench

TEST_OF_USERS = "unique_combination_stg_users_load_id__user_id"


def damage(statement: str) -> None:
    """Change the build behind the ledger's back."""
    with warehouse.connect(settings().build_path) as connection:
        connection.execute(statement)


def double_users(count: int) -> None:
    damage(f"insert into raw.users from raw.users where user_id::int <= {count}")


def only(messages: dict[str, str]) -> tuple[str, str]:
    """Return the one failure: its unique id and its message."""
    (failure,) = messages.items()
    return failure


def test_a_failed_test_names_its_rows(build: Callable[[str], None], target: Path, bench: Bench) -> None:
    """Which test, how many rows, the first five of them, and a query that finds the others."""
    double_users(7)
    build("stg_users")
    node, message = only(failures.describe(target))
    assert node.split(".")[2] == TEST_OF_USERS
    lines = message.splitlines()
    assert lines[0] == (
        f"dbt test {TEST_OF_USERS} (include/dbt/models/staging/stg_users.yml) failed:"
        " Got 7 results, configured to fail if != 0."
    )
    assert lines[1] == "5 of 7 failing rows:"
    assert lines[2:7] == [f"  load_id=1, user_id={number}, rows_found=2" for number in range(1, 6)]
    query = lines[7].removeprefix("All of them: ")
    assert len(bench.build(query)) == 7
    assert lines[8:] == [f"  make dbt ARGS='show --limit -1 --inline \"{query}\"'"]


def test_a_long_value_is_cut(
    build: Callable[[str], None], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row is a line that a screen can show."""
    double_users(1)
    damage("update raw.users set user_id = repeat('7', 500) where user_id = '1'")
    build("stg_users")
    _, message = only(failures.describe(target))
    assert f"user_id={'7' * 59}…, rows_found=2" in message


def test_rows_that_nobody_can_read_do_not_hide_the_failure(
    build: Callable[[str], None], target: Path
) -> None:
    """Whatever became of them, the message has the test and its count."""
    double_users(1)
    build("stg_users")
    damage("drop schema audit cascade")
    _, message = only(failures.describe(target))
    assert TEST_OF_USERS in message and "Got 1 result" in message
    assert "Its rows could not be read: Catalog Error" in message


def test_a_failed_model_names_its_sql(build: Callable[[str], None], target: Path) -> None:
    """Which model, the database's own words, and the SQL in a file that outlives the copy it ran in."""
    damage("alter table raw.events drop column event_type")
    build("stg_events")
    node, message = only(failures.describe(target))
    assert node == "model.mentoring.stg_events"
    assert message.startswith(
        "dbt model stg_events (include/dbt/models/staging/stg_events.sql) could not run:"
    )
    assert "Binder Error" in message and "event_type" in message
    assert str(target) not in message and "target/" not in message
    path = Path(re.findall("Compiled SQL: (.*)", message)[0])
    assert path.is_relative_to(settings().build_dir)
    assert "event_type" in path.read_text(encoding="utf-8")


def test_a_build_that_passed_has_no_failures(build: Callable[[str], None], target: Path) -> None:
    """Nor has one that ended before its first model: dbt left no results."""
    build("stg_users")
    assert (target / "run_results.json").exists()
    assert failures.describe(target) == {}
    (target / "run_results.json").unlink()
    assert failures.describe(target) == {}


def test_the_task_of_dbt_fails_with_everything(build: Callable[[str], None], target: Path) -> None:
    """It names each test and model that failed, by its id and in words."""
    double_users(1)
    damage("alter table raw.events drop column event_type")
    build("stg_users stg_events")
    with pytest.raises(BuildFailed) as everything:
        failures.raise_all(target)
    assert TEST_OF_USERS in str(everything.value) and "dbt model stg_events" in str(everything.value)
    (test,) = (node for node in everything.value.messages if node.startswith("test."))
    assert "user_id=1" in everything.value.messages[test]
    assert "stg_events" in everything.value.messages["model.mentoring.stg_events"]
