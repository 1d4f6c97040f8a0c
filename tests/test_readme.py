"""The README is true: its paths exist, its commands are commands, and it is short."""

import re

import pytest

from include.pipeline.core.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
# Made by the commands that the README tells, so not there before them.
MADE = ("warehouse/", "lake/", "reports/", ".airflow/", ".venv/", "logs/", "include/dbt/target/")
IN_BACKTICKS = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
PATHS = [text for text in IN_BACKTICKS if re.fullmatch(r"[\w.]+(/[\w.]+)*/?", text) and ("/" in text)]
TREE = re.findall(r"^(\S+/?\S*) {2,}\S", README.partition("## Where things live")[2], flags=re.MULTILINE)
TARGETS = set(
    re.findall(r"^([a-z-]+):.*## ", (PROJECT_DIR / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
TYPED = set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE))


def test_it_is_short() -> None:
    """What does not fit into 150 lines is not read."""
    assert len(README.splitlines()) <= 150


def test_it_starts_with_the_sentence_the_result_and_the_two_commands() -> None:
    """A newcomer sees what it is for, what it says and how to get there, in this order."""
    places = [README.index(text) for text in ("Do top-tier mentors", "| Gold |", "make run ", "make test ")]
    assert places == sorted(places)
    assert README[: places[-1]].count("\n") < 30


@pytest.mark.parametrize("path", sorted(path for path in {*PATHS, *TREE} if not path.startswith(MADE)))
def test_every_path_exists(path: str) -> None:
    """A path that is gone sends the reader astray."""
    assert (PROJECT_DIR / path).exists() or (PROJECT_DIR / "include/pipeline" / path).exists()


def test_there_are_paths_to_check() -> None:
    """A test over nothing cannot fail."""
    assert len(PATHS) > 10
    assert len(TREE) > 6


@pytest.mark.parametrize("target", sorted(TYPED))
def test_every_make_command_is_a_target(target: str) -> None:
    """Every command that the README names can be typed."""
    assert target in TARGETS


def test_every_target_is_in_the_readme() -> None:
    """What a person can type is told."""
    assert TARGETS
    assert TARGETS <= TYPED


def test_it_shows_the_same_stages_as_a_run() -> None:
    """The screen in the README is the one of `make run`."""
    shown = re.findall(r"^  (\w+) ", README.partition("You will see this")[2], flags=re.MULTILINE)
    assert list(dict.fromkeys(shown))[:6] == ["ingest", "validate", "warning", "dbt", "publish", "report"]
