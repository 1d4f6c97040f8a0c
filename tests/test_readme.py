"""The README is true and short, and gets a newcomer to the result within a screen."""

import re

import pytest

from include.pipeline.core.settings import PROJECT_DIR

README = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")


def tree() -> list[str]:
    """Return the paths of the map; an indented line is inside of the folder above it."""
    _, _, after = README.partition("## A map of the house")
    paths, folder = [], ""
    for line in after.partition("```text\n")[2].partition("```")[0].splitlines():
        names = re.split(r", ", re.split(r" {2,}|(?<=/) (?=\w+ )", line.strip())[0])
        folder = folder if line.startswith(" ") else names[0]
        paths += [folder + name for name in names] if line.startswith(" ") else names
    return paths


def test_it_is_short() -> None:
    """What does not fit into 150 lines is not read."""
    assert len(README.splitlines()) <= 150


def test_cells_of_its_tables_are_short() -> None:
    """A long cell makes the whole table hard to read."""
    cells = [cell.strip() for line in README.splitlines() if line.startswith("|") for cell in line.split("|")]
    assert len(cells) > 50
    assert [cell for cell in cells if len(cell) > 100] == []


def test_it_starts_with_the_sentence_the_result_and_the_two_commands() -> None:
    """A newcomer sees what it is for, what it says and how to get there, in this order."""
    places = [README.index(text) for text in ("Do top-tier mentors", "| Gold |", "make run ", "make test ")]
    assert places == sorted(places)
    assert README[: places[-1]].count("\n") < 30


@pytest.mark.parametrize("path", tree())
def test_every_path_of_the_map_exists(path: str) -> None:
    """A path that is gone sends the reader astray."""
    assert (PROJECT_DIR / path).exists()


def test_the_map_has_every_folder_of_code() -> None:
    """A folder that the map lacks is one that a newcomer does not expect."""
    folders = {f"{path.parent.relative_to(PROJECT_DIR)}/" for path in PROJECT_DIR.glob("include/*/*")}
    assert folders - {"include/__pycache__/"} <= set(tree())


def test_it_shows_the_same_stages_as_a_run() -> None:
    """The screen in the README is the one of `make run`."""
    shown = re.findall(r"^  (\w+) ", README.partition("`make run` prints this")[2], flags=re.MULTILINE)
    assert list(dict.fromkeys(shown))[:6] == ["ingest", "validate", "warning", "dbt", "publish", "report"]


def test_it_links_every_page_of_docs() -> None:
    """A page that nothing links to is not found."""
    pages = {f"docs/{path.name}" for path in (PROJECT_DIR / "docs").glob("*.md")}
    assert len(pages) > 5
    assert pages <= set(re.findall(r"\]\(([^)]+)\)", README))
