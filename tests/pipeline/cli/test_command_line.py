"""`mentor`: a user's mistake is answered in a sentence, never with a traceback."""

from pathlib import Path

import pytest

from tests.support.deployment import Deployment


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ingest", "--date", "2023-13-01"], ["'2023-13-01' is not a date", "YYYY-MM-DD"]),
        (["withdraw", "--load", "five"], ["'five' is not a number", "after a command"]),
        (["withdrew"], ["No such command 'withdrew'", "`--help` lists"]),
        (["query"], ["Missing argument 'SQL'"]),
        (["restore", "--from", "backup"], ["'backup'", "'raw', 'deliveries'"]),
        (["ingest", "--date", "2019-12-31"], ["found 2019-12-31", "2020-01-01 or later", "Nothing was read"]),
        (["run", "--date", "2019-12-31"], ["found 2019-12-31", "2020-01-01 or later", "Nothing was read"]),
        (["withdraw"], ["is missing", "Expected a build with loads", "make run"]),
        (["ingest"], ["is not a folder", "MENTOR_DATA_DIR"]),
        (["validate"], ["Expected", "make ingest"]),
        (["dbt", "build"], ["is missing", "make ingest"]),
        (["dbt", "--target", "dev", "build"], ["is missing", "Expected a build to copy"]),
        (["audit"], ["is missing", "Expected a build to audit"]),
        (["publish"], ["is missing", "Expected"]),
        (["report"], ["is missing", "Expected"]),
        (["explain"], ["is missing", "Expected"]),
        (["query", "select 1"], ["is missing", "Expected a published database", "make run"]),
        (["database"], ["is missing", "Expected a published database", "make run"]),
    ],
)
def test_a_stage_without_what_it_needs_says_so(
    arguments: list[str], words: list[str], tmp_path: Path
) -> None:
    """Found, expected, what to do next; and a status that a script can see."""
    done = Deployment(tmp_path, environment={"MAKELEVEL": "0"}).command(*arguments)
    assert done.returncode != 0
    for word in words:
        assert word in done.stdout, done.stdout
    assert "Traceback" not in done.stdout


def test_under_make_a_wrong_value_is_that_of_makes_variable(tmp_path: Path) -> None:
    """Nobody who typed `make withdraw LOAD=five` has seen an option --load."""
    done = Deployment(tmp_path, environment={"MAKELEVEL": "1"}).command("withdraw", "--load", "five")
    assert done.returncode == 2
    assert done.stdout.startswith("Invalid value for LOAD=…: 'five' is not a number; expected digits.")


def test_a_setting_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    """The variable, its value and the range it may have."""
    done = Deployment(tmp_path, environment={"MENTOR_THREADS": "many"}).command("publish")
    assert done.returncode == 1
    assert done.stdout.startswith("MENTOR_THREADS is 'many'. Expected a whole number from 1 to 1024; ")
