"""The README and docs/ are true: paths, links, commands and modules exist, and sentences are short."""

import re
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR

DOCS = PROJECT_DIR / "docs"
PAGES = [PROJECT_DIR / "README.md", *sorted(DOCS.glob("*.md"))]
MAKEFILE = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
# Written by the commands that the pages name, so not there before them.
WRITTEN = (
    *("warehouse/", "lake/", "reports/", ".airflow/", ".venv/", "logs/", "include/dbt/target/"),
    *("build/", "versions/", "tables/", "deliveries/", "2023-08-01/"),
)
# In the environment that only engine spark has.
SPARK_ONLY = ("dbt/include/spark/", "bin/spark-class")
ROOTS = (PROJECT_DIR, Path(sysconfig.get_paths()["purelib"]))
MAX_CHARS = 160
MAX_WORDS = 25


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(text: str) -> list[str]:
    """Return the sentences outside of code blocks, tables, headings and images; inline code is one word."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:- |\d+\. |\| ))", text)
    paragraphs = [
        " ".join(re.sub(r"`[^`]+`", "code", block).split())
        for block in blocks
        if not re.match(r"\s*(?:\||#|!\[)", block)
    ]
    return [sentence for text in paragraphs for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]


def paths(text: str) -> list[str]:
    in_backticks = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = [text for text in in_backticks if re.fullmatch(r"\.?[\w.-]+(/[\w.-]+)*/?", text) and "/" in text]
    return sorted({path for path in found if not path.startswith((*WRITTEN, *SPARK_ONLY))})


def commands(text: str) -> set[str]:
    return set(re.findall(r"(?:`|^|\s|= )make ((?!can )[a-z][a-z-]*)", " ".join(code(text)), re.MULTILINE))


def code(text: str) -> list[str]:
    """Return the code blocks and the code inside of lines, the diagrams left out."""
    blocks = re.findall(r"```(?!mermaid)\w*\n(.*?)```", text, flags=re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def is_run(module: str) -> bool:
    spec = find_spec(module)
    return bool(spec and (not spec.submodule_search_locations or find_spec(f"{module}.__main__")))


each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_every_path_exists(page: Path) -> None:
    """A path that is gone sends the reader astray; one of a package is where it is installed."""
    assert [path for path in paths(text_of(page)) if not any((root / path).exists() for root in ROOTS)] == []


@each_page
def test_every_link_resolves(page: Path) -> None:
    """A link or a picture inside of the project is a file."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(page))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@each_page
def test_every_make_command_is_a_target(page: Path) -> None:
    """Every command that a page names can be typed."""
    assert commands(text_of(page)) - TARGETS == set()


@each_page
def test_every_module_that_is_run_exists(page: Path) -> None:
    """`python -m` finds the module, of a package its `__main__`."""
    modules = re.findall(r"python -m ([\w.]+)", text_of(page))
    assert [module for module in modules if not is_run(module)] == []


@each_page
def test_lines_are_short(page: Path) -> None:
    """Outside of tables a line fits on a screen."""
    lines = [line for line in text_of(page).splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > MAX_CHARS] == []


@each_page
def test_sentences_are_short(page: Path) -> None:
    """One of more than 25 words is read twice."""
    sentences = prose(text_of(page))
    assert sentences
    assert [sentence for sentence in sentences if len(sentence.split()) > MAX_WORDS] == []


def test_there_is_something_to_check() -> None:
    """A test over nothing cannot fail."""
    texts = [text_of(page) for page in PAGES]
    assert TARGETS
    assert len({path for text in texts for path in paths(text)}) > 50
    assert len({command for text in texts for command in commands(text)}) > 20


def test_commands_lists_every_target() -> None:
    """What can be typed is on the page of commands."""
    assert commands(text_of(DOCS / "commands.md")) >= TARGETS


def test_architecture_has_every_package() -> None:
    """The diagram of packages has a node for each folder of include/pipeline, and for the other two."""
    diagram = re.findall(r"```mermaid\n(.*?)```", text_of(DOCS / "architecture.md"), re.DOTALL)[1]
    packages = {path.parent.name for path in (PROJECT_DIR / "include/pipeline").glob("*/__init__.py")}
    assert packages
    assert packages | {"pipeline", "mentoring", "simulator"} <= set(re.findall(r"\w+", diagram))


def test_the_glossary_lists_the_retired_words_that_lint_refuses() -> None:
    """Each row has a pattern in .ci/retired-words, and each pattern a row."""
    patterns = (PROJECT_DIR / ".ci/retired-words").read_text(encoding="utf-8").split("\n")[:-1]
    section = (
        text_of(DOCS / "naming.md").partition("## Retired words")[2].partition("These are retired too")[0]
    )
    words = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)[1:]
    assert [word for word in words if not any(re.search(pattern, word) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.search(pattern, word) for word in words)] == []
    assert not any(re.search(pattern, "besides, PART_OF_IT, made_from, newer") for pattern in patterns)
